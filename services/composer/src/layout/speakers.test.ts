import { expect, it } from 'vitest';
import { speakerTurns } from './speakers.ts';

const ann = { id: 'a', name: 'Ann', fromMs: 0, toMs: 60_000 };
const ben = { id: 'b', name: 'Ben', fromMs: 0, toMs: 60_000 };
const said = (personId: string, fromMs: number, toMs: number) => ({ personId, fromMs, toMs });
const turnsOf = (speech: readonly ReturnType<typeof said>[], people = [ann, ben]) =>
  speakerTurns(speech, people, 20_000).map(({ personId, fromMs, toMs }) => [personId, fromMs, toMs]);

it('gives the picture to whoever speaks, and leaves it to whoever spoke last', () => {
  expect(turnsOf([said('a', 1000, 5000), said('b', 6000, 9000)])).toEqual([
    ['a', 1000, 6600],
    ['b', 6600, 20_000],
  ]);
});

it('does not give it away for a word in between', () => {
  const speech = [said('a', 0, 5000), said('b', 5100, 5400), said('a', 5600, 9000)];
  expect(turnsOf(speech)).toEqual([['a', 0, 20_000]]);
});

it('holds it for two seconds', () => {
  const speech = [said('a', 0, 400), said('b', 400, 8000)];
  expect(turnsOf(speech)).toEqual([
    ['a', 0, 2000],
    ['b', 2000, 20_000],
  ]);
});

it('takes it from whoever leaves', () => {
  expect(turnsOf([said('a', 0, 1000)], [{ ...ann, toMs: 8000 }, ben])).toEqual([['a', 0, 8000]]);
});
