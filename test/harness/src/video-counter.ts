/*
 * Reads what the lab's cameras draw (test/lab/src/pages/engine/camera-worker.js): in the upper quarter two rows of black and white
 * cells with the picture's number, below them on the left a patch in the person's colour, white while it flashes.
 */

/** A picture as `ffmpeg -f rawvideo` writes it: `-pix_fmt gray` has a byte a point, `rgb24` three. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** A part of a picture, in points. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

export const pictureMarks = { rows: 2, columns: 13, cellHeight: 1 / 8, countBits: 20, checkBits: 4 } as const;
const patch: Region = { x: 0, y: 0.3, width: 0.3, height: 0.7 };
/** Less than this between the two marks, 0 to 255, is no picture of a camera's. */
const LEAST_CONTRAST = 60;
/** Between the marks' black and white; the brightest colour of a person is below 0.6. */
const FLASH_SHARE = 0.85;
/** Sum of the differences by red, green and blue: what encoders and their ideas of colour spaces make of one. */
const COLOUR_REACH = 110;
const CAMERA_ASPECT = 16 / 9;

/** The number in a picture, or undefined where there is none to be read without doubt. */
export function readCounter(picture: Picture, region = whole(picture)): number | undefined {
  const marks = marksOf(picture, region);
  if (!marks) return undefined;
  const middle = (marks.white + marks.black) / 2;
  let bits = 0;
  for (let row = 0; row < pictureMarks.rows; row += 1)
    for (let column = 1; column < pictureMarks.columns; column += 1)
      bits = bits * 2 + Number(brightness(picture, region, cell(row, column)) > middle);
  const number = Math.floor(bits / 2 ** pictureMarks.checkBits);
  return bits % 2 ** pictureMarks.checkBits === checkOf(number) ? number : undefined;
}

/** Each nibble of the number counts by its place, so that neither a wrong cell nor two swapped ones pass. */
export function checkOf(number: number): number {
  let sum = 7;
  for (let place = 0; place < pictureMarks.countBits / 4; place += 1)
    sum += (place * 2 + 1) * ((number >> (place * 4)) & 15);
  return sum & 15;
}

/** Mean colour of the patch's middle; its grey three times where the picture has no colours. */
export function patchColour(picture: Picture, region = whole(picture)): Colour {
  const channels = [0, 1, 2].map((channel) => mean(picture, inside(region, middleOf(patch)), channel));
  return [channels[0] ?? 0, channels[1] ?? 0, channels[2] ?? 0];
}

/** Whether the patch is white; undefined where the picture's number is not to be seen either. */
export function isFlashing(picture: Picture, region = whole(picture)): boolean | undefined {
  const marks = marksOf(picture, region);
  if (!marks) return undefined;
  const share = (brightness(picture, region, patch) - marks.black) / (marks.white - marks.black);
  return share > FLASH_SHARE;
}

/** Which of the colours one is, or undefined when it is near none. */
export function nearestColour<T extends Colour>(colour: Colour, colours: readonly T[]): T | undefined {
  const [nearest] = colours.toSorted((one, other) => distance(colour, one) - distance(colour, other));
  return nearest && distance(colour, nearest) <= COLOUR_REACH ? nearest : undefined;
}

/**
 * Where in a picture with colours somebody's camera is, by the patch. A name drawn over the patch's lower edge does no harm. Proof
 * is that the number can be read there.
 */
export function findPicture(picture: Picture, colour: Colour): Region | undefined {
  const columns = new Uint32Array(picture.width);
  const rows = new Uint32Array(picture.height);
  for (let y = 0; y < picture.height; y += 1)
    for (let x = 0; x < picture.width; x += 1) {
      const at = (y * picture.width + x) * 3;
      const point = [picture.pixels[at] ?? 0, picture.pixels[at + 1] ?? 0, picture.pixels[at + 2] ?? 0] as const;
      if (distance(point, colour) > COLOUR_REACH / 2) continue;
      columns[x] = (columns[x] ?? 0) + 1;
      rows[y] = (rows[y] ?? 0) + 1;
    }
  const [across, down] = [spanOf(columns), spanOf(rows)];
  const width = (across.end - across.start) / patch.width;
  const height = width / CAMERA_ASPECT;
  const region = { x: across.start, y: Math.max(0, down.start - patch.y * height), width, height };
  return width > 0 && readCounter(picture, region) !== undefined ? region : undefined;
}

/** From the first to the last line that has more than half of what the fullest one has. */
function spanOf(counts: Uint32Array): { start: number; end: number } {
  const most = counts.reduce((greatest, count) => Math.max(greatest, count), 0);
  const isFull = (count: number) => most > 0 && count > most / 2;
  return { start: Math.max(0, counts.findIndex(isFull)), end: counts.findLastIndex(isFull) + 1 };
}

function marksOf(picture: Picture, region: Region): { white: number; black: number } | undefined {
  const [white, black] = [cell(0, 0), cell(1, 0)].map((mark) => brightness(picture, region, mark));
  if (white === undefined || black === undefined || white - black < LEAST_CONTRAST) return undefined;
  return { white, black };
}

/** A cell as shares of the picture. */
function cell(row: number, column: number): Region {
  const width = 1 / pictureMarks.columns;
  return { x: column * width, y: row * pictureMarks.cellHeight, width, height: pictureMarks.cellHeight };
}

/** Mean of a part's middle, whose edges an encoder blurs. */
function brightness(picture: Picture, region: Region, share: Region): number {
  const part = inside(region, middleOf(share));
  const [red, green, blue] = [0, 1, 2].map((channel) => mean(picture, part, channel));
  return 0.299 * (red ?? 0) + 0.587 * (green ?? 0) + 0.114 * (blue ?? 0);
}

function middleOf({ x, y, width, height }: Region): Region {
  return { x: x + width / 4, y: y + height / 4, width: width / 2, height: height / 2 };
}

function inside(region: Region, share: Region): Region {
  return {
    x: region.x + share.x * region.width,
    y: region.y + share.y * region.height,
    width: share.width * region.width,
    height: share.height * region.height,
  };
}

function mean({ width, height, pixels }: Picture, part: Region, channel: number): number {
  const channels = Math.round(pixels.length / (width * height));
  const offset = Math.min(channel, channels - 1);
  const [left, top] = [Math.round(part.x), Math.round(part.y)];
  const [right, bottom] = [
    Math.max(left + 1, Math.round(part.x + part.width)),
    Math.max(top + 1, Math.round(part.y + part.height)),
  ];
  let sum = 0;
  for (let y = top; y < bottom; y += 1)
    for (let x = left; x < right; x += 1) sum += pixels[(y * width + x) * channels + offset] ?? 0;
  return sum / ((right - left) * (bottom - top));
}

function distance(one: Colour, other: Colour): number {
  return Math.abs(one[0] - other[0]) + Math.abs(one[1] - other[1]) + Math.abs(one[2] - other[2]);
}

function whole({ width, height }: Picture): Region {
  return { x: 0, y: 0, width, height };
}
