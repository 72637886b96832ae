import { expect, it } from 'vitest';
import { turnsOf } from './turns.ts';

const word = (text: string, startMs: number) => ({
  ...{ text, punctuated: text, startMs, endMs: startMs + 300, confidence: 1 },
});

it('begins a turn where nobody said a word for long', () => {
  const words = [word('a', 0), word('b', 400), word('c', 2300), word('d', 3900)];
  expect(turnsOf(words).map((turn) => turn.map(({ text }) => text))).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect(turnsOf([])).toEqual([]);
});
