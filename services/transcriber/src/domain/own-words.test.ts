import { describe, expect, it } from 'vitest';
import { ownWords } from './own-words.ts';

const intervals = [{ fromMs: 1000, toMs: 2000 }];
const word = (startMs: number, voice?: number) => ({ startMs, endMs: startMs + 200, voice });

describe('ownWords', () => {
  it.each([
    {
      what: 'words without a voice, each by its time',
      words: [word(700), word(1000), word(1950), word(2050)],
      own: [0, 1, 0, 0],
    },
    { what: 'a reply at once, which is somebody else', words: [word(1500), word(2010)], own: [1, 0] },
    {
      what: 'a voice that spoke then, and its last word with it',
      words: [1000, 1200, 1400, 1600, 1950].map((at) => word(at, 0)),
      own: [1, 1, 1, 1, 1],
    },
    {
      what: 'whoever spoke over the bot',
      words: [100, 300, 500, 2100, 1700].map((at) => word(at, 1)),
      own: [0, 0, 0, 0, 0],
    },
    {
      what: 'two that the provider took for one',
      words: [100, 300, 1200, 1400].map((at) => word(at, 1)),
      own: [0, 0, 1, 1],
    },
  ])('tells $what', ({ words, own }) => {
    expect(ownWords(words, intervals).map(Number)).toEqual(own);
  });

  it('finds none where the bot was silent', () => {
    expect(ownWords([word(0), word(500, 1)], [])).toEqual([false, false]);
  });
});
