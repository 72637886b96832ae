import { expect, it } from 'vitest';
import { opusPacketSamples } from './opus-packet.ts';

it.each([
  ['one 20 ms CELT frame', [0xf8, 0xff, 0xfe], 960],
  ['one 2.5 ms CELT frame', [0xe0, 1], 120],
  ['one 60 ms SILK frame', [0x18, 1], 2880],
  ['a frame of no bytes', [0xf8], 960],
  ['two equal frames', [0xf9, 1, 2], 1920],
  ['two equal frames of odd bytes', [0xf9, 1], 0],
  ['two frames with a length', [0xfa, 1, 7, 7, 7], 1920],
  ['two frames with a length beyond the end', [0xfa, 9, 7], 0],
  ['three constant frames', [0xfb, 3, 1, 2, 3], 2880],
  ['three constant frames that do not divide', [0xfb, 3, 1, 2], 0],
  ['three variable frames', [0xfb, 0x83, 1, 1, 9, 9, 9], 2880],
  ['padding', [0xfb, 0x41, 2, 9, 0, 0], 960],
  ['padding beyond the end', [0xfb, 0x41, 5, 9], 0],
  ['no frames', [0xfb, 0], 0],
  ['140 ms', [0xfb, 7, 1, 2, 3, 4, 5, 6, 7], 0],
  ['nothing', [], 0],
])('tells the samples of %s', (_, bytes, samples) => {
  expect(opusPacketSamples(Uint8Array.from(bytes))).toBe(samples);
});
