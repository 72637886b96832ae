import { expect, it } from 'vitest';
import { mergePauses, PauseTimeline } from './pauses.ts';

const paused = (nowMs: number) => ({ isPaused: true, nowMs });
const goingOn = (nowMs: number) => ({ isPaused: false, nowMs });

it('lasts from the first batch that is paused to the first that is not', () => {
  const timeline = new PauseTimeline();
  expect(timeline.mark(goingOn(1000))).toEqual([]);
  expect(timeline.mark(paused(2000))).toEqual([]);
  timeline.mark(paused(5000));
  expect(timeline.open).toEqual([{ fromMs: 2000, toMs: 5000 }]);
  expect(timeline.mark(goingOn(5025))).toEqual([{ fromMs: 2000, toMs: 5025 }]);
  expect(timeline.open).toEqual([]);
  timeline.mark(paused(6000));
  expect(timeline.end()).toEqual([{ fromMs: 6000, toMs: 6000 }]);
});

it('is one where another process took it over, and two where it was two', () => {
  const repeated = [
    { fromMs: 5000, toMs: 9000 },
    { fromMs: 2000, toMs: 5500 },
    { fromMs: 9030, toMs: 12_000 },
    { fromMs: 20_000, toMs: 21_000 },
    { fromMs: 30_000, toMs: 30_000 },
  ];
  expect(mergePauses(repeated)).toEqual([
    { fromMs: 2000, toMs: 12_000 },
    { fromMs: 20_000, toMs: 21_000 },
  ]);
});
