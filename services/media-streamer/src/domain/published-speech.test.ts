import { describe, expect, it } from 'vitest';
import type { SpeechFact } from './media-fact.ts';
import { publishSpeech } from './published-speech.ts';

const fact = (kind: SpeechFact['kind'], atMs: number, participantId = 'a'): SpeechFact => ({
  ...{ kind, participantId, name: participantId.toUpperCase(), atMs },
});
const on = (atMs: number, id?: string) => fact('speech-on', atMs, id);
const off = (atMs: number, id?: string) => fact('speech-off', atMs, id);
const stored = (onMs: number, offMs?: number) => new Map([['a', { participantId: 'a', name: 'A', onMs, offMs }]]);

describe('publishSpeech', () => {
  it.each([
    { what: 'a first speech', before: new Map(), facts: [on(0), off(900)], fresh: '0 900' },
    {
      what: 'the speeches of two',
      before: new Map(),
      facts: [on(0), on(10, 'b'), off(900), off(950, 'b')],
      fresh: '0 10 900 950',
    },
    { what: 'the end of one that goes on', before: stored(0), facts: [off(900)], fresh: '900' },
    { what: 'no beginning of one that goes on', before: stored(0), facts: [on(3), off(900)], fresh: '900' },
    { what: 'nothing of one that has ended', before: stored(0, 900), facts: [on(3), off(903)], fresh: '' },
    { what: 'the next one', before: stored(0, 900), facts: [on(2000)], fresh: '2000' },
    { what: 'no end of none', before: new Map(), facts: [off(900)], fresh: '' },
  ])('publishes $what', ({ before, facts, fresh }) => {
    expect([...publishSpeech(before, facts).fresh].map(({ atMs }) => atMs).join(' ')).toBe(fresh);
  });

  it('keeps the last of each who has news', () => {
    const { changed } = publishSpeech(stored(0), [off(900), on(1700), on(10, 'b')]);
    expect(changed).toEqual([
      { participantId: 'a', name: 'A', onMs: 1700, offMs: undefined },
      { participantId: 'b', name: 'B', onMs: 10, offMs: undefined },
    ]);
  });
});
