import { inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { inGrid } from './arrange.ts';
import { drawBackground, toPng } from './background.ts';
import { CANVAS } from './scene.ts';

const text = { w: 4, h: 2, pixels: new Uint8Array(8).fill(255) };
const tiles = inGrid([{ personId: 'a', trackId: undefined, name: 'A' }]);
const [tile] = tiles;
const at = (pixels: Uint8Array, x: number, y: number) => pixels[y * CANVAS.w + x];

it('draws a dark tile, and the name in the middle under it', () => {
  const { pixels } = drawBackground({ tiles }, new Map([['A', text]]));
  const { picture, bar } = { picture: tile!.picture, bar: tile!.bar! };
  expect(at(pixels, picture.x + 5, picture.y + 5)).toBeGreaterThan(at(pixels, 0, 0)!);
  const row = Array.from({ length: CANVAS.w }, (_, x) => at(pixels, x, bar.y + bar.h / 2)!);
  const ink = row.flatMap((value, x) => (value === 255 ? [x] : []));
  expect(ink).toHaveLength(4);
  expect(ink[0]! + 2).toBe(bar.x + bar.w / 2);
});

it('cuts a name that is wider than its tile', () => {
  const wide = { w: 3000, h: 2, pixels: new Uint8Array(6000).fill(255) };
  const { pixels } = drawBackground({ tiles }, new Map([['A', wide]]));
  expect(pixels.filter((value) => value === 255)).toHaveLength(tile!.bar!.w * 2);
});

it('is black where nothing may be seen', () => {
  expect(drawBackground({ tiles: [] }, new Map()).pixels.every((value) => value === 0)).toBe(true);
});

it('is written as PNG, row by row', () => {
  const bytes = toPng({ w: 2, h: 2, pixels: new Uint8Array([1, 2, 3, 4]) });
  expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
  const at = bytes.indexOf('IDAT');
  const data = bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4));
  expect([...inflateSync(data)]).toEqual([0, 1, 2, 0, 3, 4]);
});
