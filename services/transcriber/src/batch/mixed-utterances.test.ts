import { describe, expect, it } from 'vitest';
import { mixedUtterances } from './mixed-utterances.ts';

function said(text: string, fromMs: number, speaker?: number) {
  const words = text.split(' ').map((word, index) => {
    const startMs = fromMs + index * 500;
    return { text: word, punctuated: word, startMs, endMs: startMs + 400, confidence: 1 };
  });
  return {
    text: `${text}.`,
    words,
    startMs: fromMs,
    endMs: words.at(-1)!.endMs,
    ...(speaker !== undefined && { speaker }),
  };
}

const participants = [
  { participantId: 'p1', name: 'Ann' },
  { participantId: 'p2', name: 'Ben' },
];
const timeline = [
  { participantId: 'p1', fromMs: 0, toMs: 2000 },
  { participantId: 'p2', fromMs: 2000, toMs: 4000 },
];

describe('mixedUtterances', () => {
  it('names voices by who was marked as speaking, and keeps the utterances as they are', () => {
    const heard = [said('one two three', 0, 0), said('four five', 2300, 1)];
    const { utterances, speakers } = mixedUtterances('t', heard, { timeline, participants });
    expect(utterances).toMatchObject([
      { trackId: 'mixed:p1', number: 0, label: 'Speaker 1', text: 'one two three.', startMs: 0, endMs: 1400 },
      { trackId: 'mixed:p2', number: 0, label: 'Speaker 2', text: 'four five.' },
    ]);
    expect(speakers).toEqual([
      { trackId: 'mixed:p1', participantId: 'p1', name: 'Ann' },
      { trackId: 'mixed:p2', participantId: 'p2', name: 'Ben' },
    ]);
  });

  it('cuts an utterance where another participant speaks, every word once', () => {
    const { utterances } = mixedUtterances('t', [said('one two three four five six', 400)], { timeline, participants });
    expect(utterances.map(({ trackId, text }) => [trackId, text])).toEqual([
      ['mixed:p1', 'one two three'],
      ['mixed:p2', 'four five six'],
    ]);
    expect(utterances[1]).toMatchObject({ startMs: 1900, endMs: 3300 });
  });

  it('leaves the provider’s labels where the page marks nobody', () => {
    const heard = [said('one', 0, 0), said('two', 1000, 1), said('three', 2000)];
    const { utterances, speakers } = mixedUtterances('t', heard, { timeline: [], participants });
    expect(utterances.map(({ trackId, number, label }) => [trackId, number, label])).toEqual([
      ['mixed', 0, 'Speaker 1'],
      ['mixed', 1, 'Speaker 2'],
      ['mixed', 2, ''],
    ]);
    expect(new Set(utterances.map(({ utteranceId }) => utteranceId)).size).toBe(3);
    expect(utterances[0]?.words[0]).not.toHaveProperty('speaker');
    expect(speakers).toEqual([]);
  });

  it('leaves out what the bot itself said, or has it under its name, where that is wanted', () => {
    const heard = [said('one two', 0), said('three four', 2300), said('five', 4400)];
    const intervals = [{ fromMs: 2200, toMs: 3400 }];
    const wordsOf = (speaker?: { participantId: string; name: string }) => {
      const bot = { intervals, speaker };
      const { utterances, speakers } = mixedUtterances('t', heard, { timeline, participants, bot });
      return { words: utterances.map(({ trackId, text }) => [trackId, text]), speakers };
    };
    expect(wordsOf()).toEqual({
      words: [
        ['mixed:p1', 'one two.'],
        ['mixed', 'five.'],
      ],
      speakers: [{ trackId: 'mixed:p1', participantId: 'p1', name: 'Ann' }],
    });
    expect(wordsOf({ participantId: 'bot', name: 'Earshot' })).toEqual({
      words: [
        ['mixed:p1', 'one two.'],
        ['mixed:bot', 'three four.'],
        ['mixed', 'five.'],
      ],
      speakers: [
        { trackId: 'mixed:p1', participantId: 'p1', name: 'Ann' },
        { trackId: 'mixed:bot', participantId: 'bot', name: 'Earshot' },
      ],
    });
  });
});
