import { describe, expect, it } from 'vitest';
import type { Turn } from './messages.ts';
import { Turns } from './turns.ts';

function turn(order: number, text: string, about: Partial<Turn> = {}): Turn {
  const words = text.split(' ').map((word, index) => ({
    ...{ text: word, punctuated: word, confidence: 1 },
    ...{ startMs: index * 100, endMs: index * 100 + 90 },
  }));
  return { order, isEnd: false, isFormatted: false, words, transcript: text, ...about };
}

function setUp(isFormatted: boolean) {
  const results: string[] = [];
  const turns = new Turns(
    { isFormatted, toSessionMs: (ms) => ms, sentMs: () => 2000 },
    {
      onPartial: ({ text }) => void results.push(`? ${text}`),
      onFinal: ({ text }) => void results.push(text),
      onEndOfSpeech: () => void results.push('.'),
    },
  );
  return { turns, results };
}

describe('Turns', () => {
  it('tells a turn as it grows, and once when it ends', () => {
    const { turns, results } = setUp(false);
    for (const each of [turn(0, 'we'), turn(0, 'we meet'), turn(0, 'we meet', { isEnd: true })]) turns.take(each);
    turns.take(turn(0, 'We meet.', { isEnd: true, isFormatted: true }));
    expect(results).toEqual(['? we', '? we meet', 'we meet']);
  });

  it('waits for the formatted turn where it was asked for', () => {
    const { turns, results } = setUp(true);
    turns.take(turn(0, 'we meet', { isEnd: true }));
    turns.take(turn(0, 'We meet.', { isEnd: true, isFormatted: true }));
    expect(results).toEqual(['? we meet', 'We meet.']);
  });

  it('does not lose a turn whose formatted self never comes', () => {
    const { turns, results } = setUp(true);
    turns.take(turn(0, 'one', { isEnd: true }));
    turns.take(turn(1, 'two', { isEnd: true }));
    turns.flush();
    turns.flush();
    expect(results).toEqual(['? one', 'one', '? two', 'two']);
  });

  it('says that a turn is over of which no word is left', () => {
    const { turns, results } = setUp(false);
    turns.take(turn(0, 'hum'));
    turns.take({ ...turn(0, '', { isEnd: true }), words: [] });
    expect(results).toEqual(['? hum', '.']);
  });

  it('places a turn that comes without words at the end of what was sent', () => {
    const finals: unknown[] = [];
    const turns = new Turns(
      { isFormatted: false, toSessionMs: (ms) => ms, sentMs: () => 2000 },
      { onPartial: () => {}, onFinal: (final) => void finals.push(final) },
    );
    turns.take(turn(0, 'one two', { isEnd: true, words: [] }));
    expect(finals).toMatchObject([{ text: 'one two', startMs: 1300, endMs: 2000, isEndOfSpeech: true }]);
  });
});
