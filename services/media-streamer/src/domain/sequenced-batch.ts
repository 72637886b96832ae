import type { Caption } from '@earshot/kernel';
import type { Change } from './roster.ts';
import type { SpeakingMark } from './speaking.ts';

/** One packet, or piece of PCM, as it came. */
export interface Frame {
  readonly trackId: string;
  readonly codec: 'opus' | 'pcm';
  readonly payload: Uint8Array;
  /** 48 kHz, wrapping at 2^32. */
  readonly rtpTimestamp: number;
  /** Meeting clock, milliseconds. */
  readonly arrivedMs: number;
  /** In -dBov; 255 when the sender sent none. */
  readonly level: number;
  /** What the bot itself says; nobody's among the participants. */
  readonly isOwnVoice?: boolean;
}

export interface ChatEntry {
  readonly messageId: string;
  readonly senderName: string;
  /** Empty where the page does not show it. */
  readonly senderId: string;
  readonly text: string;
  /** The bot has written it. */
  readonly isOwn?: boolean;
  readonly atMs: number;
}

/** In a pause there is nothing to hear of the bot either. */
export function withoutPaused(batch: SequencedBatch): SequencedBatch {
  if (!batch.isPaused || !batch.frames.some(({ isOwnVoice }) => isOwnVoice)) return batch;
  return { ...batch, frames: batch.frames.filter(({ isOwnVoice }) => !isOwnVoice) };
}

/** A batch whose tracks have the ids that no other epoch of the visit has. Captions have the same ones in all, by their speakers. */
export function withIdPrefix(batch: SequencedBatch, idPrefix: string): SequencedBatch {
  if (idPrefix === '') return batch;
  const own = (trackId: string) => `${idPrefix}${trackId}`;
  return {
    ...batch,
    frames: batch.frames.map((frame) => ({ ...frame, trackId: own(frame.trackId) })),
    changes: batch.changes.map((change) => ({ ...change, trackIds: change.trackIds.map(own) })),
  };
}

/** A short part of a visit; times are this epoch's meeting clock. */
export interface SequencedBatch {
  readonly sequence: number;
  /** Everything that arrived before is in this batch or an earlier one. */
  readonly clockMs: number;
  readonly frames: readonly Frame[];
  /** Its sound was dropped before it could be sent. */
  readonly isSoundLost: boolean;
  /** The recording is paused at its end. */
  readonly isPaused: boolean;
  readonly changes: readonly Change[];
  readonly chat: readonly ChatEntry[];
  readonly speaking: readonly SpeakingMark[];
  readonly captions: readonly Caption[];
  /** Undefined when nobody looked. */
  readonly captionsShown: boolean | undefined;
}
