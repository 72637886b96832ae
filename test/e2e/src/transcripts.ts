import { readFile } from 'node:fs/promises';
import { matchWords, wordErrorRate, type Api, type Fixture, type TimedWord } from '@earshot/harness';
import { speechFile, type LabParticipant } from '@earshot/lab';

/** A word as it was said: whose it is, and when it began, milliseconds since 1970. */
export interface SaidWord extends TimedWord {
  readonly who: string;
}

/** A sentence as it was said, with the words that PocketSphinx hears in its clean file. */
export interface SaidSentence {
  readonly who: string;
  readonly text: string;
  readonly words: readonly SaidWord[];
}

/** How a transcript compares with what was said. */
export interface Score {
  readonly wordErrorRate: number;
  /** The share of the words that are another's, by their text and time; the clean files' own rate is beside it. */
  readonly speakerErrorRate: number;
  /** How far the words' beginnings lie from where they were said, in milliseconds; by size. */
  readonly offsetsMs: readonly number[];
  /** What was heard of those of whom something else was said. */
  readonly misheard: readonly { readonly who: string; readonly heard: string }[];
}

/** Within this, a word of the same text is the same word said by another. */
const SAME_MS = 400;

/** Has somebody say a sentence, whose clean words are known, and answers what was said when. */
export async function say(person: LabParticipant, text: string, clean: readonly TimedWord[]): Promise<SaidSentence> {
  const { startedAt } = await person.say(text);
  const who = person.name;
  return { who, text, words: clean.map((word) => ({ ...word, who, startMs: startedAt + word.startMs })) };
}

/** The words that PocketSphinx hears in a sentence's clean file, from its beginning. */
export async function hearClean({ sandbox }: Fixture, text: string): Promise<TimedWord[]> {
  const { path } = await speechFile(text);
  const answer = await fetch(`${sandbox.deepgramUrl}/v1/listen?model=nova-3`, {
    method: 'POST',
    headers: { authorization: `Token ${sandbox.keys.deepgram}`, 'content-type': 'audio/wav' },
    body: await readFile(path),
  });
  const { results } = (await answer.json()) as {
    results: { channels: { alternatives: { words: { word: string; start: number }[] }[] }[] };
  };
  const words = results.channels[0]?.alternatives[0]?.words ?? [];
  return words.map(({ word, start }) => ({ text: word, startMs: start * 1000 }));
}

/** A transcript's words, by their absolute time. */
export async function wordsOf(api: Api, transcriptId: string): Promise<SaidWord[]> {
  const { body } = await api.request('GET', `/transcript/${transcriptId}/get_transcript`);
  const segments = body as {
    speaker: string;
    start_time: number;
    absolute_start_time: string;
    words: { word: string; start: number }[];
  }[];
  return segments.flatMap(({ speaker, start_time: startSeconds, absolute_start_time: startedAt, words }) =>
    words.map(({ word, start }) => ({
      ...{ text: word, who: speaker },
      startMs: Date.parse(startedAt) + (start - startSeconds) * 1000,
    })),
  );
}

/** The word error rate of what PocketSphinx hears in the clean files. */
export function cleanErrorRate(said: readonly SaidSentence[]): number {
  return errorRate(said, (sentence) => sentence.words);
}

export function score(said: readonly SaidSentence[], heard: readonly SaidWord[]): Score {
  const people = [...new Set(said.map(({ who }) => who))];
  const offsetsMs: number[] = [];
  const misheard: { who: string; heard: string }[] = [];
  let wrong = heard.filter(({ who }) => !people.includes(who)).length;
  let edits = 0;
  let count = 0;
  for (const who of people) {
    const own = said.filter((sentence) => sentence.who === who);
    const ownWords = own.flatMap(({ words }) => words);
    const under = heard.filter((word) => word.who === who);
    const text = own.map((sentence) => sentence.text).join(' ');
    const length = text.split(' ').length;
    const ownEdits = wordErrorRate(text, textOf(under)) * length;
    if (ownEdits > 0) misheard.push({ who, heard: textOf(under) });
    edits += ownEdits;
    count += length;
    const pairs = matchWords(ownWords, under);
    offsetsMs.push(...pairs.map(([expected, word]) => word.startMs - expected.startMs));
    const matched = new Set(pairs.map(([, word]) => word));
    const others = said.flatMap((sentence) => (sentence.who === who ? [] : sentence.words));
    wrong += under.filter((word) => !matched.has(word) && others.some((other) => isSameWord(other, word))).length;
  }
  return {
    wordErrorRate: edits / count,
    speakerErrorRate: wrong / Math.max(1, heard.length),
    offsetsMs: offsetsMs.toSorted((a, b) => Math.abs(a) - Math.abs(b)),
    misheard,
  };
}

function errorRate(said: readonly SaidSentence[], wordsOfOne: (sentence: SaidSentence) => readonly TimedWord[]) {
  const counts = said.map((sentence) => sentence.text.split(' ').length);
  const edits = said.map(
    (sentence, index) => wordErrorRate(sentence.text, textOf(wordsOfOne(sentence))) * (counts[index] ?? 0),
  );
  return edits.reduce((sum, each) => sum + each, 0) / counts.reduce((sum, each) => sum + each, 0);
}

function isSameWord(a: TimedWord, b: TimedWord): boolean {
  return a.text === b.text && Math.abs(a.startMs - b.startMs) <= SAME_MS;
}

function textOf(words: readonly TimedWord[]): string {
  return words.map(({ text }) => text).join(' ');
}
