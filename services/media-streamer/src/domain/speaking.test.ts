import { describe, expect, it } from 'vitest';
import { mergeStretches, SpeakingTimeline, type SpeakingStretch } from './speaking.ts';

/** What becomes of marks four times a second, those those for nobody left out. */
function told(untilMs: number, isMarked: (atMs: number) => string[]): SpeakingStretch[] {
  const timeline = new SpeakingTimeline();
  const stretches: SpeakingStretch[] = [];
  for (let atMs = 250; atMs <= untilMs; atMs += 250) {
    const participantIds = isMarked(atMs);
    // The page says nothing while nobody has the mark.
    if (participantIds.length > 0) stretches.push(...timeline.mark({ atMs, participantIds }));
  }
  return mergeStretches([...stretches, ...timeline.end()]);
}

describe('SpeakingTimeline', () => {
  it('tells from when to when somebody had the mark, however long', () => {
    expect(told(60_000, (atMs) => (atMs > 1000 && atMs <= 31_000 ? ['ann'] : []))).toEqual([
      { participantId: 'ann', fromMs: 1000, toMs: 31_000 },
    ]);
  });

  it('tells those who speak at once apart, and overlooks a blink but no pause', () => {
    const ben = (atMs: number) => (atMs > 2000 && atMs !== 3000 ? ['ben'] : []);
    const ann = (atMs: number) => (atMs <= 1000 || atMs > 4000 ? ['ann'] : []);
    expect(told(5000, (atMs) => [...ann(atMs), ...ben(atMs)])).toEqual([
      { participantId: 'ann', fromMs: 0, toMs: 1000 },
      { participantId: 'ben', fromMs: 2000, toMs: 5000 },
      { participantId: 'ann', fromMs: 4000, toMs: 5000 },
    ]);
  });

  it('tells of a stretch that may still grow, with its beginning', () => {
    const timeline = new SpeakingTimeline();
    for (let atMs = 250; atMs <= 9000; atMs += 250) {
      expect(timeline.mark({ atMs, participantIds: ['ann'] })).toEqual([]);
      expect(timeline.open).toEqual([{ participantId: 'ann', fromMs: 0, toMs: atMs }]);
    }
  });
});

it('merges what is told again after a break', () => {
  const stretch = (fromMs: number, toMs: number, participantId = 'ann') => ({ participantId, fromMs, toMs });
  expect(
    mergeStretches([stretch(2000, 7000), stretch(0, 5000), stretch(1000, 2000, 'ben'), stretch(8000, 9000)]),
  ).toEqual([stretch(0, 7000), stretch(1000, 2000, 'ben'), stretch(8000, 9000)]);
});
