import { expect, it } from 'vitest';
import { alone, besideScreen, inGrid, MOST_IN_GRID, MOST_IN_STRIP, underScreen, type Shown } from './arrange.ts';
import { CANVAS, type Rect, type Tile } from './scene.ts';

const shown = (count: number): Shown[] =>
  Array.from({ length: count }, (_, place) => ({ personId: `p${place}`, trackId: `t${place}`, name: `N${place}` }));
const [screen] = [{ personId: 's', trackId: 'screen', name: 'S' }];
const rectsOf = (tiles: readonly Tile[]) => tiles.flatMap(({ picture, bar }) => (bar ? [picture, bar] : [picture]));
const areApart = (one: Rect, other: Rect) =>
  one.x + one.w <= other.x || other.x + other.w <= one.x || one.y + one.h <= other.y || other.y + other.h <= one.y;

const layouts: readonly (readonly [string, readonly Tile[]])[] = [
  ...Array.from({ length: MOST_IN_GRID }, (_, count) => [`a grid of ${count + 1}`, inGrid(shown(count + 1))] as const),
  ...Array.from(
    { length: MOST_IN_STRIP + 1 },
    (_, count) => [`a strip of ${count}`, underScreen(screen, shown(count))] as const,
  ),
  ['one alone', alone(screen)],
  ['a screen with the speaker', besideScreen(screen, shown(1)[0])],
  ['a screen without one', besideScreen(screen, undefined)],
];

it.each(layouts)('keeps %s within the picture and apart, at even pixels', (_, tiles) => {
  const rects = rectsOf(tiles);
  for (const { x, y, w, h } of rects) {
    for (const size of [x, y, w, h]) expect(size % 2).toBe(0);
    expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
    expect(x + w).toBeLessThanOrEqual(CANVAS.w);
    expect(y + h).toBeLessThanOrEqual(CANVAS.h);
    expect(Math.min(w, h)).toBeGreaterThan(20);
  }
  for (const [place, one] of rects.entries())
    for (const other of rects.slice(place + 1)) expect(areApart(one, other)).toBe(true);
});

it('puts the screen on top of everybody, and larger', () => {
  const [large, ...strip] = underScreen(screen, shown(3));
  expect(large).toMatchObject({ trackId: 'screen', bar: undefined });
  for (const { picture } of strip) {
    expect(picture.y).toBeGreaterThanOrEqual((large?.picture.y ?? 0) + (large?.picture.h ?? 0));
    expect(picture.w * picture.h * 8).toBeLessThan((large?.picture.w ?? 0) * (large?.picture.h ?? 0));
  }
});

it('writes each name right under its picture', () => {
  for (const { picture, bar } of inGrid(shown(5)))
    expect(bar).toMatchObject({ x: picture.x, w: picture.w, y: picture.y + picture.h });
});
