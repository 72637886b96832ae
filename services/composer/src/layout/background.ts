import { crc32, deflateSync } from 'node:zlib';
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

/** https://www.w3.org/TR/png-3/: eight bits of grey, no filter. */
export function toPng({ w, h, pixels }: GreyImage): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(w, 0);
  header.writeUInt32BE(h, 4);
  header[8] = 8;
  const rows = Buffer.alloc((w + 1) * h);
  for (let y = 0; y < h; y++) rows.set(pixels.subarray(y * w, (y + 1) * w), y * (w + 1) + 1);
  const data = deflateSync(rows, { level: 1 });
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
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
