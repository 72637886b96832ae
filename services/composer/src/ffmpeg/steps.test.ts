import { expect, it } from 'vitest';
import { changesOf, expressionOf } from './steps.ts';

it('finds a value by halves', () => {
  const steps = [0, 1, 2, 3].map((from) => ({ from, value: from * 10 }));
  expect(expressionOf(steps)).toBe('if(lt(t,2.000),if(lt(t,1.000),0,10),if(lt(t,3.000),20,30))');
  expect(expressionOf([])).toBe('0');
});

it('goes no deeper than ffmpeg reads for a meeting of hours', () => {
  const text = expressionOf(Array.from({ length: 10_000 }, (_, from) => ({ from, value: from })));
  let [depth, deepest] = [0, 0];
  for (const letter of text) {
    if (letter === '(') deepest = Math.max(deepest, ++depth);
    if (letter === ')') depth--;
  }
  expect(deepest).toBeLessThan(40);
});

it('leaves out what changes nothing', () => {
  expect(changesOf([1, 1, 2, 2, 1].map((value, from) => ({ from, value }))).map(({ from }) => from)).toEqual([0, 2, 4]);
});
