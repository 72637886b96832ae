import type { Word } from './transcript.ts';

/** Captions have no confidence (docs/public-api.md). */
const CONFIDENCE = 0;

/** The words of a caption. A caption has no times for single words: each gets its share, by its length. */
export function captionWords({ text, startMs, endMs }: { text: string; startMs: number; endMs: number }): Word[] {
  const written = text.split(/\s+/).filter(Boolean);
  const letters = written.reduce((sum, word) => sum + word.length, 0);
  const at = (passed: number) => Math.round(startMs + ((endMs - startMs) * passed) / letters);
  let passed = 0;
  return written.map((punctuated) => {
    const wordStartMs = at(passed);
    passed += punctuated.length;
    return {
      ...{ text: bare(punctuated), punctuated, confidence: CONFIDENCE },
      ...{ startMs: wordStartMs, endMs: at(passed) },
    };
  });
}

/** As speech providers write words: lower case, without what is around them. */
function bare(word: string): string {
  const inner = word.toLowerCase().replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  return inner || word;
}
