import { recogniserRate } from '../audio/decode.ts';
import type { CutUtterance } from '../audio/utterance-cutter.ts';
import type { RecognisedWord } from './backtrace.ts';
import type { Recogniser } from './recogniser.ts';

const paddingMs = 150;
const paddingSamples = (paddingMs * recogniserRate) / 1000;

/** An utterance with its words; all times are milliseconds from the start of the stream. */
export interface RecognisedUtterance {
  startMs: number;
  endMs: number;
  words: RecognisedWord[];
}

/** Recognises one utterance between two short silences, which the language model expects at the ends of a sentence. */
export async function recogniseUtterance(
  recogniser: Recogniser,
  utterance: CutUtterance,
  signal?: AbortSignal,
): Promise<RecognisedUtterance> {
  const { startMs, endMs, samples } = utterance;
  const padded = Int16Array.from({ length: samples.length + 2 * paddingSamples }, (_, index) => (index % 3) - 1);
  padded.set(samples, paddingSamples);
  const found = await recogniser.recognise(padded, signal);
  const words = found.map((word) => ({
    ...word,
    startMs: Math.max(startMs, startMs + word.startMs - paddingMs),
    endMs: Math.min(endMs, startMs + word.endMs - paddingMs),
  }));
  return { startMs, endMs, words: words.filter((word) => word.endMs > word.startMs) };
}
