import type { AppError } from '@earshot/kernel';

/** A transcribed word; times in whole milliseconds, confidence from 0 to 1. */
export interface EngineWord {
  /** Lower case, without punctuation. */
  text: string;
  /** As it is written in its sentence. The same as `text` when the provider does not punctuate. */
  punctuated: string;
  startMs: number;
  endMs: number;
  confidence: number;
  /** The provider's own number for a voice, from 0; absent when it was not asked to separate voices. */
  speaker?: number;
}

/** Words of one voice; from the first word to the end of the last. */
export interface EngineUtterance {
  text: string;
  words: EngineWord[];
  startMs: number;
  endMs: number;
}

export interface EngineFinal extends EngineUtterance {
  /** The speaker's turn ends here: a pause, or `finalize()`. */
  isEndOfSpeech: boolean;
}

/** Raw options of the public API; `parseEngineOptions` checks them by provider. */
export type EngineOptions = Readonly<Record<string, unknown>>;

export interface OpenOptions {
  /** Of the audio that will be sent: 16-bit, mono. A format in `engineOptions` does not count. */
  sampleRate: number;
  engineOptions: EngineOptions;
  /** Aborting drops the session at once, with what was not yet final. */
  signal: AbortSignal;
  /** What is under way, as transcribed so far; each replaces the one before, and a final replaces the last. */
  onPartial(utterance: EngineUtterance): void;
  /** What will not change; times from the session's first sample; each word is in exactly one final, in order. */
  onFinal(utterance: EngineFinal): void;
  /** A turn turned out to have ended after a final that was not marked as its end. */
  onEndOfSpeech?(): void;
}

/**
 * How a session ended. Words that were not final when it failed or was cancelled are lost. `failed-over`: it failed as well, and
 * the next session is another provider's, to be opened at once.
 */
export type CloseReason =
  { kind: 'closed' } | { kind: 'cancelled' } | { kind: 'failed' | 'failed-over'; error: AppError };

export interface StreamingSession {
  /** Sends audio. Once the session has ended this does nothing: `closed` has resolved. */
  send(pcm: Int16Array): void;
  /** The turn ends here: asks for the final of what was sent, without waiting for a pause. */
  finalize(): void;
  /** Asks for every final, waits for them, ends the session. Resolves as `closed` does; never rejects. */
  close(): Promise<CloseReason>;
  /** Resolves once, when the session has ended for whatever reason; no callback comes after it. */
  readonly closed: Promise<CloseReason>;
}

/** A provider that transcribes live. */
export interface StreamingEngine {
  /**
   * Opens a session. Rejects with an AppError: invalid-argument (options), unauthenticated (key), resource-exhausted
   * (rate limit), unavailable (not reachable, 5xx), cancelled, internal (an answer that makes no sense).
   */
  open(options: OpenOptions): Promise<StreamingSession>;
}

/** A whole recording as transcribed. */
export interface BatchTranscript {
  words: EngineWord[];
  utterances: (EngineUtterance & { speaker?: number })[];
  text: string;
  /** As the provider calls it. */
  language?: string;
  durationMs?: number;
  /** The provider's answer as it came. */
  raw: unknown;
}

export interface TranscribeOptions {
  /** A WAV file, in memory or by its path. */
  wav: Uint8Array | { path: string };
  engineOptions: EngineOptions;
  signal: AbortSignal;
}

/** A provider that transcribes recordings. */
export interface BatchEngine {
  /** Rejects with the AppErrors of `StreamingEngine.open`, and failed-precondition when the provider cannot read the audio. */
  transcribe(options: TranscribeOptions): Promise<BatchTranscript>;
}
