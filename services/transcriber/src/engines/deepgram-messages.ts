import { z } from 'zod';
import type { EngineWord } from './speech-engine.ts';

const wordSchema = z.looseObject({
  word: z.string(),
  punctuated_word: z.string().optional(),
  /** Seconds. */
  start: z.number(),
  end: z.number(),
  confidence: z.number(),
  speaker: z.number().optional(),
});

/** https://developers.deepgram.com/reference/speech-to-text/listen-streaming */
export const streamingMessage = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('Results'),
    is_final: z.boolean().default(false),
    speech_final: z.boolean().default(false),
    from_finalize: z.boolean().default(false),
    channel: z.looseObject({ alternatives: z.tuple([z.looseObject({ words: z.array(wordSchema) })], z.unknown()) }),
  }),
  z.looseObject({ type: z.literal('UtteranceEnd') }),
  z.looseObject({ type: z.literal('SpeechStarted') }),
  z.looseObject({ type: z.literal('Metadata') }),
]);

/** https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded */
export const batchResponse = z.looseObject({
  metadata: z.looseObject({ duration: z.number() }),
  results: z.looseObject({
    channels: z
      .array(
        z.looseObject({
          detected_language: z.string().optional(),
          alternatives: z.tuple([z.looseObject({ transcript: z.string(), words: z.array(wordSchema) })], z.unknown()),
        }),
      )
      .min(1),
    utterances: z.array(z.looseObject({ words: z.array(wordSchema), speaker: z.number().optional() })).optional(),
  }),
});

export function toEngineWord(word: z.output<typeof wordSchema>): EngineWord {
  return {
    text: word.word,
    punctuated: word.punctuated_word ?? word.word,
    startMs: Math.round(word.start * 1000),
    endMs: Math.round(word.end * 1000),
    confidence: word.confidence,
    ...(word.speaker !== undefined && { speaker: word.speaker }),
  };
}
