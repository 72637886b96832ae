import { describe, expect, it } from 'vitest';
import { wordErrorRate } from './word-error-rate.ts';

describe('wordErrorRate', () => {
  it.each([
    ['the same words', 'we meet on friday', 'we meet on friday', 0],
    ['case and punctuation', 'we meet on friday', 'We meet, on Friday.', 0],
    ['another spelling', 'we spent a lot', 'we spent alot', 0],
    ['a substitution', 'we meet on friday', 'we met on friday', 1 / 4],
    ['a deletion', 'we meet on friday', 'we meet friday', 1 / 4],
    ['an insertion', 'we meet on friday', 'we will meet on friday', 1 / 4],
    ['one of each', 'a b c d e', 'a x c d f e g', 3 / 5],
    ['nothing heard', 'we meet on friday', '', 1],
    ['more invented than said', 'yes', 'yes no no', 2],
    ['silence, heard as such', '', '', 0],
    ['silence, heard as words', '', 'hello there', 1],
  ])('counts %s', (_, reference, hypothesis, rate) => {
    expect(wordErrorRate(reference, hypothesis)).toBeCloseTo(rate);
  });
});
