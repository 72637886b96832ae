import type { StoreTrouble } from './store-trouble.ts';
import type { BotId } from '@earshot/kernel';

/** What this service publishes. `at` is milliseconds since 1970, `atMs` the meeting's timeline. */
export type MediaFact = { readonly botId: BotId; readonly at: number } & (
  | {
      readonly kind: 'recording-ready';
      readonly durationMs: number;
      readonly bytes: number;
      /** Of its time, with silence in the place of sound that was lost. */
      readonly missingMs: number;
      /** What else a customer has to know of it; mostly empty. */
      readonly detail: string;
    }
  | { readonly kind: 'recording-missing'; readonly detail: string }
  | {
      /** Sound waits for the store. Published once a recording; what comes of it is in the facts above. */
      readonly kind: 'recording-trouble';
      readonly detail: StoreTrouble;
      /** What is stored so far. */
      readonly keptMs: number;
      /** Whether the visit is over. */
      readonly isOver: boolean;
    }
  | {
      /** Nothing more comes of its tracks. Once a visit, after what became of the recording. */
      readonly kind: 'tracks-ready';
      readonly videoTracks: number;
    }
  | VisitFact
);

/** What is published of those in a visit while it lasts. */
export type VisitFact = ParticipantFact | SpeechFact | ChatFact;

/** A participant begins to speak, or has ended. */
export interface SpeechFact {
  readonly kind: 'speech-on' | 'speech-off';
  readonly participantId: string;
  readonly name: string;
  /** When the voice began, or was there last. */
  readonly atMs: number;
}

/** Somebody else than the bot has written. */
export interface ChatFact {
  readonly kind: 'chat-posted';
  readonly messageId: string;
  readonly senderId: string;
  readonly senderName: string;
  readonly text: string;
  readonly atMs: number;
}

export interface ParticipantFact {
  readonly kind: 'participant-joined' | 'participant-left';
  readonly participantId: string;
  readonly name: string;
  readonly atMs: number;
  /** When the stay began that this is about: each is published once. */
  readonly stayMs: number;
}
