import { z } from 'zod';
import type { EngineWord } from './speech-engine.ts';
import { plainWord } from './utterance.ts';

/** Times in milliseconds, in batch and in streaming. */
const wordSchema = z.looseObject({
  text: z.string(),
  start: z.number(),
  end: z.number(),
  confidence: z.number(),
  speaker: z.string().nullish(),
});

/** https://www.assemblyai.com/docs/api-reference/transcripts/get */
export const transcriptSchema = z.discriminatedUnion('status', [
  z.looseObject({
    status: z.literal('completed'),
    text: z.string().nullish(),
    language_code: z.string().nullish(),
    audio_duration: z.number().nullish(),
    words: z
      .array(wordSchema)
      .nullish()
      .transform((words) => words ?? []),
    utterances: z.array(z.looseObject({ speaker: z.string().nullish(), words: z.array(wordSchema) })).nullish(),
  }),
  z.looseObject({ status: z.literal('error'), error: z.string().optional() }),
]);

/** https://www.assemblyai.com/docs/streaming/message-sequence */
export const turnSchema = z.looseObject({
  turn_order: z.number(),
  turn_is_formatted: z.boolean(),
  end_of_turn: z.boolean(),
  words: z.array(wordSchema),
});

export type Turn = z.output<typeof turnSchema>;

export function toEngineWord(word: z.output<typeof wordSchema>): EngineWord {
  const speaker = toSpeaker(word.speaker);
  return {
    text: plainWord(word.text),
    punctuated: word.text,
    startMs: Math.round(word.start),
    endMs: Math.round(word.end),
    confidence: word.confidence,
    ...(speaker !== undefined && { speaker }),
  };
}

/** Speakers are called A, B ... Z; anything else is nobody known. */
export function toSpeaker(label: string | null | undefined): number | undefined {
  return label && /^[A-Z]$/.test(label) ? label.charCodeAt(0) - 'A'.charCodeAt(0) : undefined;
}
