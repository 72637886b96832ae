import { describe, expect, it } from 'vitest';
import { pictureSize } from './picture-size.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
/** Whole key frames of Chromium's encoders: see in-page/tiny-frames.ts. */
const vp9 = bytes('824983425000f000f60638241c183a0000204000229bffffb74603e63aa44484fbf2f56c2e91a2ecd3d7c926756762cf');
const av1 = bytes('0a0c000000019ff8034404340610320f104a000820821000243950542fa26c');

describe('pictureSize', () => {
  it('reads it of a key frame of VP9 and AV1', () => {
    expect(pictureSize('vp9', vp9)).toEqual({ width: 16, height: 16 });
    expect(pictureSize('av1', av1)).toEqual({ width: 16, height: 16 });
    expect(pictureSize('av1', Uint8Array.of(0x12, 0, ...av1))).toEqual({ width: 16, height: 16 });
  });

  it('reads it of a higher layer that begins, and of no frame that goes on', () => {
    // Marker, profile 0, neither repeated nor key, shown, not resilient; no reset, 8 and 12 bits of references; none has its size.
    const bits = (found: string) => `10${'00'}${'0'}${'1'}${'1'}${'0'}00${'0'.repeat(20)}${found}`;
    const pack = (text: string) =>
      Uint8Array.from(text.padEnd(96, '0').match(/.{8}/g) ?? [], (byte) => parseInt(byte, 2));
    const size = [639, 359].map((value) => value.toString(2).padStart(16, '0')).join('');
    expect(pictureSize('vp9', pack(bits('000') + size))).toEqual({ width: 640, height: 360 });
    expect(pictureSize('vp9', pack(bits('01') + size))).toBeUndefined();
  });

  it('knows nothing of what is cut off, empty or of another codec', () => {
    expect(pictureSize('vp9', vp9.subarray(0, 5))).toBeUndefined();
    for (const length of [0, 1, 2, 5]) expect(pictureSize('av1', av1.subarray(0, length))).toBeUndefined();
    expect(pictureSize('av1', Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff))).toBeUndefined();
    expect(pictureSize('vp8', vp9)).toBeUndefined();
  });
});
