import { z } from 'zod';
import { readWords } from '../readable-words.ts';
import type { EngineWord } from '../speech-engine.ts';
import { plainWord } from '../utterance.ts';

/** What is not needed to read and place a word may be missing, null, or something new. */
const number = z.number().nullish().catch(undefined);
const text = z.string().nullish().catch(undefined);
const flag = z.boolean().catch(false);
const list = z.array(z.unknown()).catch([]);

/** Times in milliseconds, in batch and in streaming. */
const wordSchema = z.looseObject({
  text: z.string(),
  start: z.number(),
  end: z.number(),
  confidence: number,
  speaker: text,
});

/** https://www.assemblyai.com/docs/api-reference/transcripts/get */
export const transcriptSchema = z.discriminatedUnion('status', [
  z.looseObject({
    status: z.literal('completed'),
    text,
    language_code: text,
    audio_duration: number,
    words: list,
    utterances: z
      .array(z.looseObject({ speaker: text, words: list }).catch({ speaker: undefined, words: [] }))
      .catch([]),
  }),
  z.looseObject({ status: z.literal('error'), error: text }),
]);

/** https://www.assemblyai.com/docs/streaming/message-sequence */
const turnSchema = z.looseObject({
  turn_order: z.number(),
  turn_is_formatted: flag,
  end_of_turn: flag,
  transcript: text,
  words: list,
});

export interface Turn {
  readonly order: number;
  readonly isFormatted: boolean;
  readonly isEnd: boolean;
  /** Times of the provider's own clock. */
  readonly words: EngineWord[];
  /** The text, for a turn whose words cannot be read. */
  readonly transcript: string;
}

/** Reads a turn; undefined for one without its number. */
export function readTurn(engine: string, event: unknown): Turn | undefined {
  const turn = turnSchema.safeParse(event);
  if (!turn.success) return undefined;
  const { turn_order: order, turn_is_formatted: isFormatted, end_of_turn: isEnd, transcript, words } = turn.data;
  return { order, isFormatted, isEnd, words: wordsOf(engine, words), transcript: transcript?.trim() ?? '' };
}

/** The words of a list that can be read and placed. */
export function wordsOf(engine: string, words: unknown): EngineWord[] {
  return readWords(words, { engine, schema: wordSchema, toWord });
}

function toWord(word: z.output<typeof wordSchema>): EngineWord {
  const speaker = toSpeaker(word.speaker);
  return {
    text: plainWord(word.text),
    punctuated: word.text,
    startMs: Math.round(word.start),
    endMs: Math.round(word.end),
    // 0 where nothing is given.
    confidence: word.confidence ?? 0,
    ...(speaker !== undefined && { speaker }),
  };
}

/** Speakers are called A, B ... Z; anything else is nobody known. */
export function toSpeaker(label: string | null | undefined): number | undefined {
  return label && /^[A-Z]$/.test(label) ? label.charCodeAt(0) - 'A'.charCodeAt(0) : undefined;
}
