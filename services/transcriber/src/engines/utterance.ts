import type { EngineUtterance, EngineWord } from './speech-engine.ts';

/** An utterance of these words; undefined when there are none. */
export function toUtterance(words: EngineWord[]): EngineUtterance | undefined {
  const [first] = words;
  const last = words.at(-1);
  if (!first || !last) return;
  return { text: words.map((word) => word.punctuated).join(' '), words, startMs: first.startMs, endMs: last.endMs };
}

/** A word without its capital and punctuation: `Friday,` is `friday`, `don't` stays. */
export function plainWord(written: string): string {
  return written.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}%]+$/gu, '') || written;
}
