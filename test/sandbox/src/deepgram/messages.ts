import type { RecognisedWord } from '../recogniser/backtrace.ts';
import type { RecognisedUtterance } from '../recogniser/recognise-utterance.ts';
import { average, punctuated } from '../words.ts';

export const modelInfo = { name: 'pocketsphinx-en-us', version: '5prealpha', arch: 'pocketsphinx' };
export const modelId = '00000000-0000-4000-8000-000000000001';

export interface WordOptions {
  isPunctuated: boolean;
  isDiarized: boolean;
}

/** Words as Deepgram writes them; times in seconds. Everybody is speaker 0: the recogniser cannot tell voices apart. */
export function toWords(words: readonly RecognisedWord[], options: WordOptions) {
  const written = punctuated(words.map(({ word }) => word));
  return words.map(({ word, startMs, endMs, confidence }, index) => ({
    word,
    start: startMs / 1000,
    end: endMs / 1000,
    confidence,
    ...(options.isDiarized && { speaker: 0, speaker_confidence: 0.5 }),
    ...(options.isPunctuated && { punctuated_word: written[index]! }),
  }));
}

export type DeepgramWord = ReturnType<typeof toWords>[number] & { punctuated_word?: string };

export function toTranscript(words: readonly DeepgramWord[]): string {
  return words.map((word) => word.punctuated_word ?? word.word).join(' ');
}

export function toUtterance(utterance: RecognisedUtterance, options: WordOptions & { channel: number; id: string }) {
  const words = toWords(utterance.words, options);
  return {
    id: options.id,
    start: words[0]?.start ?? utterance.startMs / 1000,
    end: words.at(-1)?.end ?? utterance.endMs / 1000,
    confidence: average(words.map(({ confidence }) => confidence)),
    channel: options.channel,
    transcript: toTranscript(words),
    words,
    ...(options.isDiarized && { speaker: 0 }),
  };
}
