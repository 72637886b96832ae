import { expect, it } from 'vitest';
import { decodeFrames, encodeFrames, type StoredFrame } from './video-segment.ts';

const frame = (over: Partial<StoredFrame> = {}): StoredFrame => ({
  ...{ payload: Buffer.from('a picture'), rtpTimestamp: 0xffff_ffff, arrivedMs: 5 * 3_600_000 + 0.5 },
  ...{ isKey: true, isAfterGap: false, width: 1920, height: 1080, ...over },
});

it('gives frames back as they came', () => {
  const frames = [frame(), frame({ isKey: false, isAfterGap: true, width: 0, height: 0, payload: Buffer.alloc(0) })];
  expect(decodeFrames(encodeFrames(frames))).toEqual(frames);
  expect(decodeFrames(encodeFrames([]))).toEqual([]);
});

it('refuses bytes that are cut, longer, or something else', () => {
  const bytes = encodeFrames([frame(), frame()]);
  const whole = encodeFrames([frame()]).length;
  for (let length = 0; length < bytes.length; length++) {
    if (length === 4 || length === whole) continue;
    expect(() => decodeFrames(bytes.subarray(0, length)), String(length)).toThrow(RangeError);
  }
  expect(() => decodeFrames(Buffer.concat([bytes, Buffer.from('x')]))).toThrow(RangeError);
  expect(() => decodeFrames(Buffer.from('RIFF and so on'))).toThrow(RangeError);
  expect(() => decodeFrames(Buffer.concat([bytes.subarray(0, 4), Buffer.alloc(30, 0xff)]))).toThrow(RangeError);
});
