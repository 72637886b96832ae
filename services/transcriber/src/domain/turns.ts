import type { Word } from './transcript.ts';

/** Where no word was spoken for this long, another turn begins. */
const PAUSE_MS = 1500;

/** Words of one turn, in order; what a provider took for one utterance may have a long silence in it. */
export function turnsOf(words: readonly Word[]): Word[][] {
  const turns: Word[][] = [];
  for (const word of words) {
    const last = turns.at(-1)?.at(-1);
    if (last && word.startMs - last.endMs < PAUSE_MS) turns.at(-1)?.push(word);
    else turns.push([word]);
  }
  return turns;
}
