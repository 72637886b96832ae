import { describe, expect, it } from 'vitest';
import { matchWords } from './word-match.ts';

const words = (text: string) => text.split(' ').map((each, index) => ({ text: each, startMs: index }));
const pairs = (expected: string, heard: string) =>
  matchWords(words(expected), words(heard)).map(([a, b]) => `${a.text} ${a.startMs}-${b.startMs}`);

describe('matchWords', () => {
  it('pairs what both have, in order, whatever was left out or put in', () => {
    expect(pairs('the next step is this', 'The step um is is')).toEqual(['the 0-0', 'step 2-1', 'is 3-3']);
  });

  it('finds nothing in common where there is nothing', () => {
    expect(pairs('a b', 'c')).toEqual([]);
    expect(pairs('a b', 'b a')).toHaveLength(1);
  });
});
