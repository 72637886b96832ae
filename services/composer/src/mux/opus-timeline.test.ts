import { expect, it } from 'vitest';
import { OpusTimeline } from './opus-timeline.ts';

/** 20 ms, SILK. */
const voice = Uint8Array.of(0x48, 1, 2, 3);
const at = (ms: number) => ({ atUs: ms * 1000, payload: voice });
const placed = (timeline: OpusTimeline, ...times: number[]) =>
  times
    .flatMap((ms) => [...timeline.place(at(ms))])
    .map(({ atUs, payload }) => `${payload === voice ? 'voice' : 'silence'} ${atUs / 1000}`);

it('lays packets of one voice one behind the other', () => {
  expect(placed(new OpusTimeline(1_000_000), 1000, 1020, 1040.4)).toEqual(['voice 1000', 'voice 1020', 'voice 1040']);
});

it('fills what lies between with silence, to 2.5 ms', () => {
  const timeline = new OpusTimeline(0);
  expect(placed(timeline, 57)).toEqual([
    'silence 0',
    'silence 20',
    'silence 40',
    'silence 50',
    'silence 55',
    'voice 57.5',
  ]);
  expect(placed(timeline, 98)).toEqual(['silence 77.5', 'voice 97.5']);
  expect([...timeline.silenceUntil(3_600_000_000)]).toHaveLength(179_995);
  expect(Math.abs(timeline.endUs - 3_600_000_000)).toBeLessThanOrEqual(1250);
});

it('does not tear a word for a correction of some milliseconds, and makes up for it in the next gap', () => {
  const words = placed(new OpusTimeline(0), 0, 24, 47, 69, 110);
  expect(words).toEqual(['voice 0', 'voice 20', 'voice 40', 'voice 60', 'silence 80', 'silence 100', 'voice 110']);
});

it('is late where packets overlap, and catches up in the next silence', () => {
  expect(placed(new OpusTimeline(0), 0, 10, 25, 100)).toEqual([
    'voice 0',
    'voice 20',
    'voice 40',
    'silence 60',
    'silence 80',
    'voice 100',
  ]);
});

it('leaves out what would be heard a second late, and what is no packet', () => {
  const timeline = new OpusTimeline(0);
  expect(placed(timeline, 5000).at(-1)).toBe('voice 5000');
  expect(placed(timeline, 3900)).toEqual([]);
  expect([...timeline.place({ atUs: 6_000_000, payload: new Uint8Array() })]).toEqual([]);
  expect(timeline.dropped).toBe(2);
});
