import { describe, expect, it } from 'vitest';
import {
  createFrameBuffer,
  decodeFrames,
  encodeFrame,
  FRAME_HEADER_BYTES,
  frameSize,
  type PageFrame,
} from './frame-layout.ts';

const frame = (more: Partial<PageFrame> = {}): PageFrame => ({
  ...{ track: 7, codec: 'opus', level: 31, rtpTimestamp: 960, source: 5, arrivedAt: 1000.5 },
  payload: Uint8Array.of(1, 2, 3),
  ...more,
});

function encode(...frames: PageFrame[]): Uint8Array {
  const buffer = createFrameBuffer(frames.reduce((sum, each) => sum + (frameSize(each) ?? 0), 0));
  let at = 0;
  for (const each of frames) {
    encodeFrame(each, buffer, at);
    at += frameSize(each) ?? 0;
  }
  return buffer.bytes;
}

describe('the layout of frames', () => {
  it('gives back what was written, to the edge of each field', () => {
    const frames = [
      frame(),
      frame({ track: 0xffff, codec: 'red', level: 255, rtpTimestamp: 0xffffffff, source: 0xffffffff }),
      frame({ track: 0, codec: 'pcm-s16', level: 0, rtpTimestamp: 0, source: 0, arrivedAt: 0 }),
      frame({ arrivedAt: 1_796_000_000_000.125, payload: new Uint8Array(0) }),
      frame({ payload: new Uint8Array(8192).fill(9) }),
    ];
    expect(decodeFrames(encode(...frames))).toEqual({ frames, refused: 0 });
  });

  it('is the one that is written down', () => {
    const bytes = encode(frame({ track: 0x0102, codec: 'red', rtpTimestamp: 0x03040506, source: 0x0708090a }));
    const header = [2, 1, 2, 31, 6, 5, 4, 3, 0x0a, 9, 8, 7, ...[0, 0, 0, 0, 0, 0x44, 0x8f, 0x40], 3, 0];
    expect([...bytes]).toEqual([...header, 1, 2, 3]);
    expect(header).toHaveLength(FRAME_HEADER_BYTES);
  });

  it('reads where the bytes begin in a larger memory', () => {
    const bytes = encode(frame());
    const within = new Uint8Array(bytes.length + 9);
    within.set(bytes, 5);
    expect(decodeFrames(within.subarray(5, 5 + bytes.length)).frames).toEqual([frame()]);
  });

  it('has no room for what its length cannot say', () => {
    expect(frameSize(frame({ payload: new Uint8Array(0xffff) }))).toBe(0xffff + FRAME_HEADER_BYTES);
    expect(frameSize(frame({ payload: new Uint8Array(0x10000) }))).toBeUndefined();
  });
});
