import { describe, expect, it } from 'vitest';
import { PendingTurns } from './pending-turns.ts';

function afterOneTurn() {
  const turns = new PendingTurns();
  turns.ended({ atMs: 5000, sessionMs: 2000, now: 0 });
  return turns;
}

describe('PendingTurns', () => {
  it('settles a turn a moment after its final', () => {
    const turns = afterOneTurn();
    turns.noteFinal({ startMs: 100, isEndOfSpeech: true, now: 300 });
    expect(turns.settle(400)).toBeUndefined();
    expect(turns.settle(800)).toBe(5000);
    expect(turns.isEmpty).toBe(true);
  });

  it('waits for a second final of the same turn', () => {
    const turns = afterOneTurn();
    turns.noteFinal({ startMs: 100, isEndOfSpeech: true, now: 300 });
    turns.noteFinal({ startMs: 1500, isEndOfSpeech: false, now: 700 });
    expect(turns.settle(900)).toBeUndefined();
    expect(turns.settle(1200)).toBe(5000);
  });

  it('does not take a final inside the turn for its end', () => {
    const turns = afterOneTurn();
    turns.noteFinal({ startMs: 100, isEndOfSpeech: false, now: 300 });
    expect(turns.settle(5000)).toBeUndefined();
  });

  it('settles a turn at once when a later one has words', () => {
    const turns = afterOneTurn();
    turns.ended({ atMs: 9000, sessionMs: 3000, now: 100 });
    turns.noteFinal({ startMs: 2000, isEndOfSpeech: true, now: 200 });
    expect(turns.settle(200)).toBe(5000);
    expect(turns.settle(700)).toBe(9000);
  });

  it('settles a turn without words when it is answered', () => {
    const turns = afterOneTurn();
    turns.noteEndOfSpeech(100);
    expect(turns.isUnanswered(20_000)).toBe(false);
    expect(turns.settle(600)).toBe(5000);
  });

  it('does not take silence for an answer', () => {
    const turns = afterOneTurn();
    expect(turns.isUnanswered(9999)).toBe(false);
    expect(turns.isUnanswered(10_000)).toBe(true);
    expect(turns.overdue(60_000)).toBeUndefined();
    expect(turns.settle(60_000)).toBeUndefined();
  });

  it('is answered by words, finished or not', () => {
    const turns = afterOneTurn();
    turns.notePartial({ startMs: 100 });
    expect(turns.isUnanswered(20_000)).toBe(false);
  });

  it('waits longer where words were heard, but not for ever', () => {
    const turns = afterOneTurn();
    turns.notePartial({ startMs: 100 });
    expect(turns.settle(20_000)).toBeUndefined();
    expect(turns.overdue(29_999)).toBeUndefined();
    expect(turns.overdue(30_000)).toBe(5000);
    expect(turns.settle(30_000)).toBe(5000);
  });

  it('misses no words of a turn that were finished, or that belong to a later one', () => {
    const finished = afterOneTurn();
    finished.notePartial({ startMs: 100 });
    finished.noteFinal({ startMs: 100, isEndOfSpeech: false, now: 300 });
    expect(finished.overdue(30_000)).toBeUndefined();
    const later = afterOneTurn();
    later.notePartial({ startMs: 2000 });
    expect(later.overdue(30_000)).toBeUndefined();
  });
});
