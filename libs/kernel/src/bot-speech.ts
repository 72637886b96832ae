/** By what way a bot was given something to say: Speak, or its control socket. */
export const speechSources = ['api', 'socket'] as const;

export type SpeechSource = (typeof speechSources)[number];

/** How something that a bot says ended: see SpeechOutcome in the contract. */
export const speechOutcomes = ['completed', 'interrupted', 'barge-in', 'muted', 'unavailable', 'left'] as const;

export type SpeechOutcome = (typeof speechOutcomes)[number];

/** The meeting hears the bot. */
export interface BotSpeechStarted {
  /** A random UUID. */
  readonly speechId: string;
  readonly source: SpeechSource;
}

/** The bot is silent again. */
export interface BotSpeechEnded extends BotSpeechStarted {
  readonly outcome: SpeechOutcome;
  /** How much of it the meeting was sent, milliseconds. */
  readonly heardMs: number;
  /** How much of it there was, as far as it was received, milliseconds. */
  readonly totalMs: number;
}
