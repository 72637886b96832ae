import { expect, it } from 'vitest';
import { inGrid } from './arrange.ts';
import { drawBackground, toPgm } from './background.ts';
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

it('is a picture that ffmpeg reads', () => {
  const bytes = toPgm({ w: 2, h: 1, pixels: new Uint8Array([1, 2]) });
  expect(bytes.toString('latin1')).toBe('P5 2 1 255\n\u0001\u0002');
});
