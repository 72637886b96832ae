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

/** Text without times of its own, as words that share the time it was spoken in evenly. Their confidence is unknown. */
export function spreadWords(
  text: string,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  confidence = 0,
): EngineWord[] {
  const written = text.split(/\s+/).filter(Boolean);
  const eachMs = Math.max(0, endMs - startMs) / written.length;
  return written.map((punctuated, index) => ({
    ...{ text: plainWord(punctuated), punctuated, confidence },
    startMs: Math.round(startMs + index * eachMs),
    endMs: Math.round(startMs + (index + 1) * eachMs),
  }));
}
