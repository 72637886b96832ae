import { describe, expect, it } from 'vitest';
import type { Turn } from './assemblyai-messages.ts';
import { Turns } from './assemblyai-turns.ts';

function turn(order: number, text: string, about: Partial<Turn> = {}): Turn {
  const words = text
    .split(' ')
    .map((word, index) => ({ text: word, start: index * 100, end: index * 100 + 90, confidence: 1 }));
  return { turn_order: order, end_of_turn: false, turn_is_formatted: false, words, ...about };
}

function setUp(isFormatted: boolean) {
  const told: string[] = [];
  const turns = new Turns(
    { isFormatted, toSessionMs: (ms) => ms },
    {
      onPartial: ({ text }) => void told.push(`? ${text}`),
      onFinal: ({ text }) => void told.push(text),
      onTurnEnd: () => void told.push('.'),
    },
  );
  return { turns, told };
}

describe('Turns', () => {
  it('tells a turn as it grows, and once when it ends', () => {
    const { turns, told } = setUp(false);
    for (const each of [turn(0, 'we'), turn(0, 'we meet'), turn(0, 'we meet', { end_of_turn: true })]) turns.take(each);
    turns.take(turn(0, 'We meet.', { end_of_turn: true, turn_is_formatted: true }));
    expect(told).toEqual(['? we', '? we meet', 'we meet']);
  });

  it('waits for the formatted turn where it was asked for', () => {
    const { turns, told } = setUp(true);
    turns.take(turn(0, 'we meet', { end_of_turn: true }));
    turns.take(turn(0, 'We meet.', { end_of_turn: true, turn_is_formatted: true }));
    expect(told).toEqual(['? we meet', 'We meet.']);
  });

  it('does not lose a turn whose formatted self never comes', () => {
    const { turns, told } = setUp(true);
    turns.take(turn(0, 'one', { end_of_turn: true }));
    turns.take(turn(1, 'two', { end_of_turn: true }));
    turns.flush();
    turns.flush();
    expect(told).toEqual(['? one', 'one', '? two', 'two']);
  });

  it('says that a turn is over of which no word is left', () => {
    const { turns, told } = setUp(false);
    turns.take(turn(0, 'hum'));
    turns.take({ ...turn(0, '', { end_of_turn: true }), words: [] });
    expect(told).toEqual(['? hum', '.']);
  });
});
