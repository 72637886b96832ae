import { describe, expect, it } from 'vitest';
import { decodeVideoMessage, encodeVideoMessage, videoFrameSize, type PageVideoFrame } from './video-layout.ts';

const frame = (more: Partial<PageVideoFrame> = {}): PageVideoFrame => ({
  ...{ track: 7, codec: 'vp9', isKey: true, width: 1280, height: 720 },
  ...{ rtpTimestamp: 0xfedcba98, arrivedAt: 1_700_000_000_000.25, dropped: 3, payload: Uint8Array.of(1, 2, 3) },
  ...more,
});

describe('decodeVideoMessage', () => {
  it('reads what was written, whatever the frames are', () => {
    const frames = [
      frame(),
      frame({ codec: 'vp8', isKey: false }),
      frame({ codec: 'h264', width: 0, height: 0, payload: new Uint8Array(70_000).fill(9) }),
      frame({ codec: 'av1', isKey: false, track: 0xffff }),
    ];
    const bytes = encodeVideoMessage(0xfffffffe, frames);
    expect(decodeVideoMessage(bytes)).toEqual({ document: 0xfffffffe, frames, refused: 0 });
    expect(bytes).toHaveLength(4 + frames.reduce((sum, each) => sum + (videoFrameSize(each) ?? NaN), 0));
  });

  it('tells what is beyond its fields as their largest value', () => {
    const [read] = decodeVideoMessage(encodeVideoMessage(0, [frame({ width: 70_000, dropped: 1e9 })]))?.frames ?? [];
    expect(read).toMatchObject({ width: 0xffff, dropped: 0xffff });
  });

  it('leaves out and counts what has not the known form, and goes on behind it', () => {
    const spoil = (change: (view: DataView) => void) => {
      const bytes = encodeVideoMessage(5, [frame(), frame({ track: 8 })]);
      change(new DataView(bytes.buffer));
      return decodeVideoMessage(bytes);
    };
    const rest = { document: 5, frames: [frame({ track: 8 })], refused: 1 };
    expect(spoil((view) => view.setUint8(6, 4))).toEqual(rest);
    expect(spoil((view) => view.setUint8(7, 2))).toEqual(rest);
    for (const time of [NaN, Infinity, -1]) expect(spoil((view) => view.setFloat64(16, time, true))).toEqual(rest);
    const empty = encodeVideoMessage(5, [frame({ payload: new Uint8Array() }), frame({ track: 8 })]);
    expect(decodeVideoMessage(empty)).toEqual(rest);
  });

  it('reads nothing behind a frame that is cut off or claims more than there is', () => {
    const whole = encodeVideoMessage(5, [frame(), frame({ track: 8 })]);
    for (let length = 4; length < whole.length; length += 1) {
      const { frames = [], refused } = decodeVideoMessage(whole.subarray(0, length)) ?? {};
      const read = length < 33 ? 0 : 1;
      expect([frames.length, refused]).toEqual([read, length === 4 || length === 33 ? 0 : 1]);
    }
    expect(decodeVideoMessage(whole.subarray(0, 3))).toBeUndefined();
    new DataView(whole.buffer).setUint32(26, 0xffffffff, true);
    expect(decodeVideoMessage(whole)).toEqual({ document: 5, frames: [], refused: 1 });
  });
});

it('gives no size to a frame that fits no message', () => {
  expect(videoFrameSize(frame({ payload: new Uint8Array(4 * 1024 * 1024 - 30) }))).toBe(4 * 1024 * 1024 - 4);
  expect(videoFrameSize(frame({ payload: new Uint8Array(4 * 1024 * 1024 - 29) }))).toBeUndefined();
});
