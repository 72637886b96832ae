import { describe, expect, it } from 'vitest';
import { captionWords } from './caption-words.ts';

describe('captionWords', () => {
  it('shares the time of a caption among its words by their length', () => {
    const words = captionWords({ text: 'So, twenty-one it is!', startMs: 1000, endMs: 2900 });
    expect(words.map(({ text, punctuated }) => [text, punctuated])).toEqual([
      ['so', 'So,'],
      ['twenty-one', 'twenty-one'],
      ['it', 'it'],
      ['is', 'is!'],
    ]);
    expect(words.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [1000, 1317],
      [1317, 2372],
      [2372, 2583],
      [2583, 2900],
    ]);
    expect(words.every(({ confidence }) => confidence === 0)).toBe(true);
  });

  it('keeps what is nothing but marks, and finds no word in nothing', () => {
    expect(captionWords({ text: '— …', startMs: 0, endMs: 10 }).map(({ text }) => text)).toEqual(['—', '…']);
    expect(captionWords({ text: '  ', startMs: 0, endMs: 10 })).toEqual([]);
  });
});
