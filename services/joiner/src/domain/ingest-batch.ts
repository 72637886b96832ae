import type { Caption } from '@earshot/kernel';

/** Opus packets as they came, or 48 kHz mono 16-bit PCM where no packets could be had. */
export type Codec = 'opus' | 'pcm-s16';

export interface Frame {
  readonly trackId: string;
  readonly codec: Codec;
  readonly payload: Uint8Array;
  /** 48 kHz, wrapping at 2^32. */
  readonly rtpTimestamp: number;
  /** Meeting clock, milliseconds. */
  readonly arrivedMs: number;
  /** -dBov: 0 loudest, 127 silence, 255 unknown. */
  readonly level: number;
  /** What the bot itself says. */
  readonly isOwnVoice?: boolean;
}

export interface ParticipantChange {
  readonly action: 'joined' | 'updated' | 'left';
  readonly participantId: string;
  readonly name: string;
  /** Meeting clock, milliseconds. */
  readonly atMs: number;
  /** Every track known to be this participant's. */
  readonly trackIds: readonly string[];
  /** There before the bot came in. */
  readonly alreadyPresent: boolean;
}

export interface ChatEntry {
  readonly messageId: string;
  readonly senderName: string;
  /** What the page knows the sender by; empty where it does not say. Not always an id of the roster. */
  readonly senderId: string;
  readonly text: string;
  /** The bot has written it. */
  readonly isOwn?: boolean;
  /** Meeting clock, milliseconds. */
  readonly atMs: number;
}

/** Beside whom the page showed its mark of speaking in one quarter of a second. */
export interface SpeakingMark {
  /** Meeting clock at its end, milliseconds. */
  readonly atMs: number;
  readonly participantIds: readonly string[];
}

/** What one flush has of a meeting: everything that arrived before `clockMs` and was not in an earlier batch. */
export interface IngestBatch {
  /** Meeting clock at its end, milliseconds since the bot began to listen. */
  readonly clockMs: number;
  readonly frames: readonly Frame[];
  readonly participants: readonly ParticipantChange[];
  readonly chat: readonly ChatEntry[];
  readonly speaking: readonly SpeakingMark[];
  readonly captions: readonly Caption[];
  /** Whether the page shows captions at all; undefined when nobody looked. */
  readonly captionsShown: boolean | undefined;
  /** The recording is paused at its end: it has only who came and went. */
  readonly isPaused?: true;
}
