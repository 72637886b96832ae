import { expect, it } from 'vitest';
import type { MediaFrame, TrackCodec } from './frame.ts';
import { SegmentCutter } from './segment-cutter.ts';

const payload = new Uint8Array();
const frame = (atMs: number, rest: Partial<MediaFrame> = {}): MediaFrame => ({
  ...{ atUs: atMs * 1000, payload, isKey: false, width: 640, height: 360, isAfterGap: false },
  ...rest,
});
const key = (atMs: number, rest: Partial<MediaFrame> = {}) => frame(atMs, { isKey: true, ...rest });
const placesOf = (codec: TrackCodec, frames: readonly MediaFrame[]) => {
  const cutter = new SegmentCutter(codec);
  return frames.map((each) => cutter.place(each));
};

it('begins with the first key frame', () => {
  expect(placesOf('vp8', [frame(0), key(40), frame(80), key(120)])).toEqual(['drop', 'begin', 'continue', 'continue']);
});

it('drops what continues nothing, up to the next key frame', () => {
  const frames = [key(0), frame(40, { isAfterGap: true }), frame(80), key(120), frame(160)];
  expect(placesOf('vp8', frames)).toEqual(['begin', 'drop', 'drop', 'continue', 'continue']);
});

it('begins anew after more than five seconds, with a key frame', () => {
  expect(placesOf('vp8', [key(0), key(5000), key(10_001)])).toEqual(['begin', 'continue', 'begin']);
  expect(placesOf('vp8', [key(0), frame(6000), key(6040)])).toEqual(['begin', 'continue', 'continue']);
  const lost = [key(0), frame(6000, { isAfterGap: true }), key(6040)];
  expect(placesOf('vp8', lost)).toEqual(['begin', 'drop', 'begin']);
});

it('begins anew where H.264 changes its size, and for no other codec', () => {
  const frames = [key(0), key(40, { width: 320, height: 180 }), frame(80, { width: 0, height: 0 })];
  expect(placesOf('h264', frames)).toEqual(['begin', 'begin', 'continue']);
  expect(placesOf('vp9', frames)).toEqual(['begin', 'continue', 'continue']);
});
