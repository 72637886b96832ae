import { CANVAS, type Rect, type Scene } from './scene.ts';

/** A picture in shades of grey, 0 to 255 each, row by row. */
export interface GreyImage {
  readonly w: number;
  readonly h: number;
  readonly pixels: Uint8Array;
}

/** Of what is behind the pictures, and of a picture that is not there. */
const [BEHIND, DARK] = [20, 48];

/** What a scene shows beside its tracks: dark tiles, and the names under all of them. No tiles: black. */
export function drawBackground({ tiles }: Pick<Scene, 'tiles'>, names: ReadonlyMap<string, GreyImage>): GreyImage {
  const image = { ...CANVAS, pixels: new Uint8Array(CANVAS.w * CANVAS.h) };
  if (tiles.length === 0) return image;
  image.pixels.fill(BEHIND);
  for (const { picture, bar, name } of tiles) {
    fill(image, picture, DARK);
    const text = names.get(name);
    if (bar && text) drawText(image, bar, text);
  }
  return image;
}

/** https://netpbm.sourceforge.net/doc/pgm.html */
export function toPgm({ w, h, pixels }: GreyImage): Buffer {
  return Buffer.concat([Buffer.from(`P5 ${w} ${h} 255\n`), pixels]);
}

function fill({ w, pixels }: GreyImage, rect: Rect, value: number): void {
  for (let y = rect.y; y < rect.y + rect.h; y++) pixels.fill(value, y * w + rect.x, y * w + rect.x + rect.w);
}

/** In the middle of a bar; what is wider than it is cut. */
function drawText({ w, pixels }: GreyImage, bar: Rect, text: GreyImage): void {
  const width = Math.min(text.w, bar.w);
  const left = bar.x + Math.floor((bar.w - width) / 2);
  const top = bar.y + Math.floor((bar.h - text.h) / 2);
  for (let y = 0; y < text.h; y++)
    for (let x = 0; x < width; x++) {
      const ink = text.pixels[y * text.w + x] ?? 0;
      const at = (top + y) * w + left + x;
      pixels[at] = Math.max(pixels[at] ?? 0, ink);
    }
}
