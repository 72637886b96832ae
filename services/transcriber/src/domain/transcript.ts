import type { AccountId, BotId, TranscriptId } from '@earshot/kernel';

/**
 * live: words arrive while the meeting lasts. processing: the recording is to be transcribed, or is; of a live one, what it missed. ready: complete.
 * failed: the provider refused for good; `failure` has the reason.
 */
export type TranscriptState = 'live' | 'processing' | 'ready' | 'failed';

/** Times are meeting clock, milliseconds; confidence from 0 to 1. */
export interface Word {
  readonly text: string;
  readonly punctuated: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly confidence: number;
}

/** One voice's words between two pauses, before it is known whose voice it is. */
export interface SpokenUtterance {
  readonly utteranceId: string;
  readonly trackId: string;
  /** 0, 1, 2 ... within the track. */
  readonly number: number;
  /** The voice's label where no track identifies it: `Speaker 1`. */
  readonly label: string;
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly words: readonly Word[];
}

export interface Utterance extends SpokenUtterance {
  readonly participantId: string;
  readonly speakerName: string;
}

export interface Transcript {
  readonly transcriptId: TranscriptId;
  readonly botId: BotId;
  readonly accountId: AccountId;
  readonly engine: string;
  readonly optionsJson: string;
  readonly state: TranscriptState;
  readonly failure: string;
  /** The provider's own answer, JSON; empty for live engines. */
  readonly rawJson: string;
  /** The zero of the meeting clock, milliseconds since 1970. */
  readonly startedAt: number | undefined;
  /** A live stream has begun and not finished; its process may be gone. */
  readonly isStreamOpen: boolean;
  /** When the recording is to be transcribed, milliseconds since 1970. */
  readonly dueAt: number | undefined;
  /** visit: what was ordered with the bot. again: asked for afterwards; it settles no visit. */
  readonly purpose: 'visit' | 'again';
  /** Who is notified of the end of an `again`; empty for nobody. */
  readonly notifyUrl: string;
  /** By which a repeated question for an `again` is recognised; empty for none. */
  readonly idempotencyKey: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** A fact for the other services. `at`: milliseconds since 1970. */
export type TranscriptFact = { readonly botId: BotId; readonly at: number } & (
  | {
      readonly kind: 'transcript-ready';
      readonly transcriptId: TranscriptId;
      readonly words: number;
      /** Speech that is in the recording and not in the words. */
      readonly missedMs: number;
      /** Why; empty when nothing was missed. */
      readonly detail: string;
    }
  | { readonly kind: 'transcript-failed'; readonly transcriptId: TranscriptId; readonly detail: string }
  | { readonly kind: 'transcript-skipped' }
  /** While the meeting lasts: from here on live words are missing. */
  | { readonly kind: 'live-trouble'; readonly transcriptId: TranscriptId; readonly detail: string }
  | {
      readonly kind: 'retranscribed';
      readonly transcriptId: TranscriptId;
      readonly notifyUrl: string;
      /** Empty when it is complete. */
      readonly failure: string;
      readonly words: number;
    }
  | { readonly kind: 'utterance-final'; readonly utterance: Utterance }
);

/** Words that are published before there is a fact about them, or without one. */
export interface WordsPreview {
  readonly utterance: Utterance;
  /** They are committed and will not change; `after` is the one committed before them in this stream, empty for the first. */
  readonly final?: { readonly after: string };
}
