import { expect, it } from 'vitest';
import { RecentFrames } from './recent-frames.ts';

const frame = (rtpTimestamp: number, ...bytes: number[]) => ({ rtpTimestamp, payload: Uint8Array.from(bytes) });

it('knows a frame again by its time and its bytes', () => {
  const recent = new RecentFrames();
  const seen = [frame(1, 1, 2), frame(1, 2, 1), frame(2, 1, 2), frame(1, 1, 2), frame(1, 1, 2, 0)];
  expect(seen.map((each) => recent.isRepeated(each))).toEqual([false, false, false, true, false]);
});

it('forgets those of a while ago', () => {
  const recent = new RecentFrames();
  for (let at = 0; at < 300; at++) recent.isRepeated(frame(at, 7));
  expect(recent.isRepeated(frame(299, 7))).toBe(true);
  expect(recent.isRepeated(frame(0, 7))).toBe(false);
});
