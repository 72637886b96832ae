import { z } from 'zod';
import { passOver } from '../passed-over.ts';
import type { BatchTranscript, EngineWord } from '../speech-engine.ts';
import { plainWord, spreadWords, toUtterance } from '../utterance.ts';

/** What is not needed to read and place a word may be missing, null, or something new. */
const number = z.number().nullish().catch(undefined);
/** Times in seconds. */
const span = { start: z.number(), end: z.number() };

/** The items of a list that can be read; the others are passed over and counted. */
function readable<Item extends z.ZodType>(item: Item) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((items) =>
      items.flatMap((each): z.output<Item>[] => {
        const read = item.safeParse(each);
        if (!read.success) passOver('openai_compatible', 'word');
        return read.success ? [read.data] : [];
      }),
    );
}

/** https://platform.openai.com/docs/api-reference/audio/verbose-json-object; self-hosted servers leave out much of it. */
export const transcriptionSchema = z.looseObject({
  text: z.string(),
  language: z.string().nullish().catch(undefined),
  duration: z.coerce.number().nullish().catch(undefined),
  words: readable(z.looseObject({ word: z.string(), ...span })),
  segments: readable(z.looseObject({ text: z.string(), avg_logprob: number, ...span })),
});

type Transcription = z.output<typeof transcriptionSchema>;
type Segment = Transcription['segments'][number];

/** A pause this long ends an utterance, in a transcription without segments. */
const PAUSE_MS = 800;

export function toBatchTranscript(transcription: Transcription, raw: unknown): BatchTranscript {
  const { segments } = transcription;
  const words = wordsOf(transcription);
  const groups = segments.length > 0 ? bySegment(words, segments) : byPause(words);
  return {
    words,
    utterances: groups.flatMap(({ words: words, text }) => {
      const utterance = toUtterance(words);
      return utterance ? { ...utterance, ...(text && { text }) } : [];
    }),
    text: transcription.text.trim(),
    ...(transcription.language && { language: transcription.language }),
    ...(typeof transcription.duration === 'number' && { durationMs: Math.round(transcription.duration * 1000) }),
    raw,
  };
}

/** The words as they were timed; those of a server that times segments only share their segment's time evenly. */
function wordsOf({ words, segments: known }: Transcription): EngineWord[] {
  if (words.length > 0) {
    return words.map(({ word, start, end }) => {
      const segment = known.find((each) => start >= each.start && start < each.end);
      return toWord(word, { start, end, confidence: confidenceOf(segment) });
    });
  }
  return known.flatMap((segment) => {
    const at = { startMs: segment.start * 1000, endMs: segment.end * 1000 };
    return spreadWords(segment.text, at, confidenceOf(segment));
  });
}

function toWord(written: string, at: { start: number; end: number; confidence: number }): EngineWord {
  const punctuated = written.trim();
  const [startMs, endMs] = [Math.round(at.start * 1000), Math.round(at.end * 1000)];
  return { text: plainWord(punctuated), punctuated, startMs, endMs, confidence: at.confidence };
}

/** Whisper gives the mean log probability of a segment's tokens, and nothing about a word; 0 where nothing is given. */
function confidenceOf(segment: Segment | undefined): number {
  const logarithm = segment?.avg_logprob;
  return typeof logarithm === 'number' ? Math.min(1, Math.exp(logarithm)) : 0;
}

interface Group {
  readonly words: EngineWord[];
  /** As it is written, with its punctuation; absent: the words one after the other. */
  readonly text?: string;
}

function bySegment(words: readonly EngineWord[], segments: readonly Segment[]): Group[] {
  const groups = segments.map((segment) => ({ words: [] as EngineWord[], text: segment.text.trim() }));
  for (const word of words) {
    const middle = (word.startMs + word.endMs) / 2000;
    const index = segments.findIndex((segment) => middle < segment.end);
    groups.at(index)?.words.push(word);
  }
  return groups;
}

function byPause(words: readonly EngineWord[]): Group[] {
  const groups: { words: EngineWord[] }[] = [];
  for (const word of words) {
    const last = groups.at(-1)?.words.at(-1);
    if (last && word.startMs - last.endMs < PAUSE_MS) groups.at(-1)?.words.push(word);
    else groups.push({ words: [word] });
  }
  return groups;
}
