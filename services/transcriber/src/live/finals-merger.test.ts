import { describe, expect, it } from 'vitest';
import { FinalsMerger } from './finals-merger.ts';

const said = (text: string, startMs: number) => ({
  ...{ text, startMs, endMs: startMs + 500 },
  words: [{ text, punctuated: text, startMs, endMs: startMs + 500, confidence: 1 }],
});

function setUp() {
  const told: string[] = [];
  const merger = new FinalsMerger({
    onPartial: ({ text }) => void told.push(`${text} ...`),
    onFinal: ({ text, words, isEndOfSpeech }) => void told.push(`${text}, ${words.length}${isEndOfSpeech ? '.' : ''}`),
    onEndOfSpeech: () => void told.push('end'),
  });
  return { told, merger };
}

describe('FinalsMerger', () => {
  it('makes one of the parts of a turn, and shows them meanwhile', () => {
    const { told, merger } = setUp();
    merger.onPartial(said('a', 0));
    merger.onFinal({ ...said('a', 0), isEndOfSpeech: false });
    merger.onPartial(said('b', 600));
    merger.onFinal({ ...said('b', 600), isEndOfSpeech: true });
    expect(told).toEqual(['a ...', 'a ...', 'a b ...', 'a b, 2.']);
  });

  it('ends one whose end is told afterwards, and passes on the end of one that has no parts', () => {
    const { told, merger } = setUp();
    merger.onFinal({ ...said('a', 0), isEndOfSpeech: false });
    merger.onEndOfSpeech();
    merger.onEndOfSpeech();
    expect(told).toEqual(['a ...', 'a, 1.', 'end']);
  });

  it('tells what there is at the end', () => {
    const { told, merger } = setUp();
    merger.onFinal({ ...said('a', 0), isEndOfSpeech: false });
    merger.end();
    merger.end();
    expect(told).toEqual(['a ...', 'a, 1.']);
  });

  it('does not wait for the end of somebody who does not pause', () => {
    const { told, merger } = setUp();
    for (let at = 0; at <= 21_000; at += 3000) merger.onFinal({ ...said('a', at), isEndOfSpeech: false });
    expect(told.at(-1)).toBe('a a a a a a a a, 8');
  });
});
