import type { BotSpeechEnded, BotSpeechStarted, SpeechOutcome } from '@earshot/kernel';

/** Samples a second of all that a bot says. */
export const VOICE_RATE = 48_000;

/** What waits to be said and what sounds, at most, milliseconds. */
export const MAX_QUEUED_MS = 60_000;

/** A piece of what a bot is to say. */
export interface VoiceChunk extends BotSpeechStarted {
  /** 48 kHz, mono. */
  readonly pcm: Int16Array;
  /** Nothing more of this speech comes: it ends when it was heard. Else it ends a second after the last that came was heard. */
  readonly isLast?: boolean;
}

/** Whether the meeting can hear the bot: by the page's own button, and by what the page says of it. */
export type MicrophoneState = 'on' | 'muted' | 'muted-by-host' | 'forbidden' | 'unknown';

/** What becomes of a speech. `at`: milliseconds since 1970. */
export type SpeechEvent =
  | { readonly case: 'started'; readonly speech: BotSpeechStarted; readonly at: number }
  | { readonly case: 'ended'; readonly speech: BotSpeechEnded; readonly at: number };

export type VoiceEvent = SpeechEvent | { readonly case: 'microphone'; readonly state: MicrophoneState };

/** The voice of one bot in its meeting: a queue that is paced by a clock into the bot's microphone. */
export interface BotVoice {
  /**
   * Queues a piece behind all others. Throws `resource-exhausted` where it has no room, and `failed-precondition` once the bot is out;
   * then nothing of it is queued. What is said before the bot is in its meeting ends as `unavailable`: see `BotRun.isInMeeting`.
   */
  say(chunk: VoiceChunk): void;
  /** Silence at once: drops what waits and what sounds. Answers the ids of both. */
  interrupt(outcome: Extract<SpeechOutcome, 'interrupted' | 'barge-in'>): readonly string[];
  /** Whether anything sounds or waits. */
  readonly isSpeaking: boolean;
  /** What sounds and waits, milliseconds. */
  readonly queuedMs: number;
  /** What the meeting was sent of the speech that sounds, milliseconds; zero where none does. */
  readonly heardMs: number;
  /** The last known; `unknown` before anything was said. */
  readonly microphone: MicrophoneState;
  /** Calls with each event from now on, in order; answers what ends that. */
  subscribe(listener: (event: VoiceEvent) => void): () => void;
}
