import { describe, expect, it } from 'vitest';
import { mergeSpeakingIntervals, SpeakingTimeline, type SpeakingInterval } from './speaking.ts';

/** What becomes of marks four times a second, those for nobody left out. */
function intervals(untilMs: number, isMarked: (atMs: number) => string[]): SpeakingInterval[] {
  const timeline = new SpeakingTimeline();
  const intervals: SpeakingInterval[] = [];
  for (let atMs = 250; atMs <= untilMs; atMs += 250) {
    const participantIds = isMarked(atMs);
    // The page reports nothing while nobody has the mark.
    if (participantIds.length > 0) intervals.push(...timeline.mark({ atMs, participantIds }));
  }
  return mergeSpeakingIntervals([...intervals, ...timeline.end()]);
}

describe('SpeakingTimeline', () => {
  it('tells from when to when somebody had the mark, however long', () => {
    expect(intervals(60_000, (atMs) => (atMs > 1000 && atMs <= 31_000 ? ['ann'] : []))).toEqual([
      { participantId: 'ann', fromMs: 1000, toMs: 31_000 },
    ]);
  });

  it('tells those who speak at once apart, and overlooks a blink but no pause', () => {
    const ben = (atMs: number) => (atMs > 2000 && atMs !== 3000 ? ['ben'] : []);
    const ann = (atMs: number) => (atMs <= 1000 || atMs > 4000 ? ['ann'] : []);
    expect(intervals(5000, (atMs) => [...ann(atMs), ...ben(atMs)])).toEqual([
      { participantId: 'ann', fromMs: 0, toMs: 1000 },
      { participantId: 'ben', fromMs: 2000, toMs: 5000 },
      { participantId: 'ann', fromMs: 4000, toMs: 5000 },
    ]);
  });

  it('returns an interval that may still grow, with its beginning', () => {
    const timeline = new SpeakingTimeline();
    for (let atMs = 250; atMs <= 9000; atMs += 250) {
      expect(timeline.mark({ atMs, participantIds: ['ann'] })).toEqual([]);
      expect(timeline.open).toEqual([{ participantId: 'ann', fromMs: 0, toMs: atMs }]);
    }
  });
});

it('merges what is told again after a break', () => {
  const interval = (fromMs: number, toMs: number, participantId = 'ann') => ({ participantId, fromMs, toMs });
  expect(
    mergeSpeakingIntervals([
      interval(2000, 7000),
      interval(0, 5000),
      interval(1000, 2000, 'ben'),
      interval(8000, 9000),
    ]),
  ).toEqual([interval(0, 7000), interval(1000, 2000, 'ben'), interval(8000, 9000)]);
});
