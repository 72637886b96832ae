import { describe, expect, it } from 'vitest';
import { average, punctuated } from './words.ts';

describe('punctuated', () => {
  it('writes a sentence', () => {
    expect(punctuated(['yes', 'i', 'think', "i'm", 'ready'])).toEqual(['Yes', 'I', 'think', "I'm", 'ready.']);
  });

  it('leaves nothing as nothing', () => {
    expect(punctuated([])).toEqual([]);
    expect(average([])).toBe(0);
  });
});
