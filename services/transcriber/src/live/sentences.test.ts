import { describe, expect, it } from 'vitest';
import { Sentences } from './sentences.ts';

const said = (text: string, startMs: number) => ({
  ...{ text, startMs, endMs: startMs + 500 },
  words: [{ text, punctuated: text, startMs, endMs: startMs + 500, confidence: 1 }],
});

function setUp() {
  const told: string[] = [];
  const sentences = new Sentences({
    onPartial: ({ text }) => void told.push(`${text} ...`),
    onFinal: ({ text, words, isTurnEnd }) => void told.push(`${text}, ${words.length}${isTurnEnd ? '.' : ''}`),
    onTurnEnd: () => void told.push('end'),
  });
  return { told, sentences };
}

describe('Sentences', () => {
  it('makes one of the parts of a turn, and shows them meanwhile', () => {
    const { told, sentences } = setUp();
    sentences.onPartial(said('a', 0));
    sentences.onFinal({ ...said('a', 0), isTurnEnd: false });
    sentences.onPartial(said('b', 600));
    sentences.onFinal({ ...said('b', 600), isTurnEnd: true });
    expect(told).toEqual(['a ...', 'a ...', 'a b ...', 'a b, 2.']);
  });

  it('ends one whose end is told afterwards, and passes on the end of one that has no parts', () => {
    const { told, sentences } = setUp();
    sentences.onFinal({ ...said('a', 0), isTurnEnd: false });
    sentences.onTurnEnd();
    sentences.onTurnEnd();
    expect(told).toEqual(['a ...', 'a, 1.', 'end']);
  });

  it('tells what there is at the end', () => {
    const { told, sentences } = setUp();
    sentences.onFinal({ ...said('a', 0), isTurnEnd: false });
    sentences.end();
    sentences.end();
    expect(told).toEqual(['a ...', 'a, 1.']);
  });

  it('does not wait for the end of somebody who does not pause', () => {
    const { told, sentences } = setUp();
    for (let at = 0; at <= 21_000; at += 3000) sentences.onFinal({ ...said('a', at), isTurnEnd: false });
    expect(told.at(-1)).toBe('a a a a a a a a, 8');
  });
});
