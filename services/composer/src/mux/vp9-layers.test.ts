import { expect, it } from 'vitest';
import { hasLayers } from './vp9-layers.ts';

it.each([
  ['two frames and an index of one byte each', [1, 2, 3, 4, 5, 0xc1, 2, 3, 0xc1], true],
  ['three frames and an index of two bytes each', [1, 2, 3, 0xca, 1, 0, 1, 0, 1, 0, 0xca], true],
  ['one frame alone', [0x82, 0x49, 0x83, 0x42], false],
  ['one frame with an index', [1, 2, 0xc0, 2, 0xc0], false],
  ['a last byte that only looks like an index', [1, 2, 3, 4, 5, 6, 2, 3, 0xc1], false],
  ['less than its index', [0xc1], false],
  ['nothing', [], false],
])('finds layers in %s: %o', (_, bytes, expected) => {
  expect(hasLayers(Uint8Array.from(bytes))).toBe(expected);
});
