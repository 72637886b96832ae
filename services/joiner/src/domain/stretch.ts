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

export interface ChatLine {
  readonly messageId: string;
  readonly senderName: string;
  readonly text: string;
  /** Meeting clock, milliseconds. */
  readonly atMs: number;
}

/** Beside whom the page showed its mark of speaking in one quarter of a second. */
export interface SpeakingMark {
  /** Meeting clock at its end, milliseconds. */
  readonly atMs: number;
  readonly participantIds: readonly string[];
}

/** What happened in one short stretch of a meeting: everything that arrived before `clockMs` and was not told yet. */
export interface Stretch {
  /** Meeting clock at its end, milliseconds since the bot began to listen. */
  readonly clockMs: number;
  readonly frames: readonly Frame[];
  readonly participants: readonly ParticipantChange[];
  readonly chat: readonly ChatLine[];
  readonly speaking: readonly SpeakingMark[];
}
