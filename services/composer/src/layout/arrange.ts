import { CANVAS, type Rect, type Tile } from './scene.ts';

/** Who or what a tile shows. */
export type Shown = Pick<Tile, 'personId' | 'trackId' | 'name'>;

export const MOST_IN_GRID = 9;
export const MOST_IN_STRIP = 6;

const GAP = 8;
const BAR = 32;
const STRIP = { h: 156, bar: 24 };
/** A picture beside a large one. */
const BESIDE = 320;
/** What most cameras have. */
const ASPECT = 16 / 9;

const even = (size: number) => Math.floor(size / 2) * 2;

/** All of one size, in rows; the last row stands in the middle. */
export function inGrid(shown: readonly Shown[]): Tile[] {
  return tilesOf(shown, { area: { x: 0, y: 0, ...CANVAS }, columns: columnsFor(shown.length), bar: BAR });
}

/** A screen on top, and a strip of tiles under it. */
export function underScreen(screen: Shown, shown: readonly Shown[]): Tile[] {
  const top = shown.length > 0 ? CANVAS.h - STRIP.h : CANVAS.h;
  const area = { x: 0, y: top, w: CANVAS.w, h: STRIP.h };
  return [
    whole(screen, { x: 0, y: 0, w: CANVAS.w, h: top }),
    ...tilesOf(shown, { area, columns: Math.max(1, shown.length), bar: STRIP.bar }),
  ];
}

/** One alone, as large as it gets. */
export function alone(shown: Shown): Tile[] {
  return tilesOf([shown], { area: { x: 0, y: 0, ...CANVAS }, columns: 1, bar: BAR });
}

/** A screen, large, with one tile beside it. */
export function besideScreen(screen: Shown, shown: Shown | undefined): Tile[] {
  if (!shown) return [whole(screen, { x: 0, y: 0, ...CANVAS })];
  const side = { x: CANVAS.w - BESIDE, y: 0, w: BESIDE, h: CANVAS.h };
  return [
    whole(screen, { x: 0, y: 0, w: CANVAS.w - BESIDE, h: CANVAS.h }),
    ...tilesOf([shown], { area: side, columns: 1, bar: STRIP.bar }),
  ];
}

/** A picture without a name. */
export function whole(shown: Shown, picture: Rect = { x: 0, y: 0, ...CANVAS }): Tile {
  return { ...shown, name: '', picture, bar: undefined };
}

function columnsFor(count: number): number {
  if (count <= 2) return Math.max(1, count);
  return count <= 4 ? 2 : 3;
}

function tilesOf(
  shown: readonly Shown[],
  { area, columns, bar }: { area: Rect; columns: number; bar: number },
): Tile[] {
  const rows = Math.ceil(shown.length / columns);
  const room = {
    w: (area.w - GAP * (columns + 1)) / columns,
    h: (area.h - GAP * (rows + 1)) / rows - bar,
  };
  const w = even(Math.min(room.w, room.h * ASPECT));
  const h = even(w / ASPECT);
  const top = area.y + (area.h - rows * (h + bar) - (rows - 1) * GAP) / 2;
  return shown.map((one, place) => {
    const row = Math.floor(place / columns);
    const inRow = Math.min(columns, shown.length - row * columns);
    const left = area.x + (area.w - inRow * w - (inRow - 1) * GAP) / 2;
    const x = even(left + (place % columns) * (w + GAP));
    const y = even(top + row * (h + bar + GAP));
    return { ...one, picture: { x, y, w, h }, bar: { x, y: y + h, w, h: bar } };
  });
}
