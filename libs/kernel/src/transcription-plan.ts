/**
 * captions: the meeting shows the words itself, and the bot reads them. live: a provider hears the tracks while the meeting
 * lasts. recorded: a provider is given the recording afterwards.
 */
export const transcriptionWays = ['captions', 'live', 'recorded'] as const;

export type TranscriptionWay = (typeof transcriptionWays)[number];

/**
 * How the speech of a visit becomes words, decided once, by the gateway. Whose key a provider is asked with, and who takes over
 * from one that fails, is no part of it: the transcriber knows both when it asks.
 */
export interface TranscriptionPlan {
  readonly way: TranscriptionWay;
  /** By its name in the public API. */
  readonly engine: string;
  /** The engine's own, a JSON object. */
  readonly optionsJson: string;
}

/** The ways of the engines that could be ordered before a plan named its way; all others read recordings. */
const FORMER_WAYS: ReadonlyMap<string, TranscriptionWay> = new Map([
  ['deepgram_streaming', 'live'],
  ['assemblyai_streaming', 'live'],
  ['meeting_captions', 'captions'],
]);

/** A plan as it was stored or sent, by this version or by one before plans named their way. */
export function readPlan({
  engine,
  optionsJson,
  way,
}: Omit<TranscriptionPlan, 'way'> & { readonly way?: TranscriptionWay | undefined }): TranscriptionPlan {
  return { way: way ?? FORMER_WAYS.get(engine) ?? 'recorded', engine, optionsJson };
}
