import { describe, expect, it } from 'vitest';
import {
  checkOf,
  findPicture,
  isFlashing,
  nearestColour,
  patchColour,
  pictureMarks,
  readCounter,
  type Colour,
  type Picture,
  type Region,
} from './video-counter.ts';

const red: Colour = [208, 32, 32];
const blue: Colour = [48, 64, 216];
const white: Colour = [255, 255, 255];
const black: Colour = [0, 0, 0];

/** A camera's picture in a part of a dark one, as the lab draws it. */
function draw(picture: Picture, { at, number, colour }: { at: Region; number: number; colour: Colour }): Picture {
  const fill = (left: number, top: number, width: number, height: number, [r, g, b]: Colour) => {
    for (let y = Math.round(at.y + top * at.height); y < Math.round(at.y + (top + height) * at.height); y += 1)
      for (let x = Math.round(at.x + left * at.width); x < Math.round(at.x + (left + width) * at.width); x += 1)
        picture.pixels.set([r, g, b], (y * picture.width + x) * 3);
  };
  fill(0, 0, 1, 1, [70, 70, 90]);
  fill(0, 0.3, 0.3, 0.7, colour);
  const bits = (number * 16 + checkOf(number)).toString(2).padStart(24, '0');
  const rows = [`1${bits.slice(0, 12)}`, `0${bits.slice(12)}`];
  const width = 1 / pictureMarks.columns;
  for (const [row, cells] of rows.entries())
    for (const [column, bit] of [...cells].entries())
      fill(column * width, row / 8, width, 1 / 8, bit === '1' ? white : black);
  return picture;
}

function dark(width: number, height: number): Picture {
  return { width, height, pixels: new Uint8Array(width * height * 3).fill(20) };
}

function filmed(number: number, { width = 160, height = 90, colour = red } = {}): Picture {
  return draw(dark(width, height), { at: { x: 0, y: 0, width, height }, number, colour });
}

/** What a strong encoder leaves: neighbours run into each other, less contrast, noise that is the same each time. */
function worn({ width, height, pixels }: Picture): Picture {
  const left = pixels.map((_, index) => {
    const around = [-6, -3, 0, 3, 6, -3 * width, 3 * width].map((step) => pixels[index + step] ?? 20);
    const blurred = around.reduce((sum, value) => sum + value, 0) / around.length;
    return 50 + blurred * 0.6 + ((index * 7919) % 31) - 15;
  });
  return { width, height, pixels: left };
}

/** By the usual weights. */
function grey({ width, height, pixels }: Picture): Picture {
  const value = (at: number) =>
    0.299 * (pixels[at] ?? 0) + 0.587 * (pixels[at + 1] ?? 0) + 0.114 * (pixels[at + 2] ?? 0);
  return { width, height, pixels: Uint8Array.from({ length: width * height }, (_, point) => value(point * 3)) };
}

const numbers = [0, 1, 4095, 4096, 699_050, 1_048_575];

describe('readCounter', () => {
  it('reads numbers from 20 bits in colours and in grey', () => {
    expect(numbers.map((number) => readCounter(filmed(number)))).toEqual(numbers);
    expect(numbers.map((number) => readCounter(grey(filmed(number, { width: 640, height: 360 }))))).toEqual(numbers);
  });

  it('reads what a strong encoder leaves of a small picture', () => {
    expect(numbers.map((number) => readCounter(worn(filmed(number))))).toEqual(numbers);
  });

  it('reads none where there is none, and none that a wrong cell has spoiled', () => {
    const size = { width: 160, height: 90 };
    expect(readCounter(dark(160, 90))).toBeUndefined();
    const spoiled = [1, 5, 9, 12].map((column) => {
      const picture = filmed(1234, size);
      const isWhite = picture.pixels[(5 * 160 + Math.round((column + 0.5) * (160 / 13))) * 3] === 255;
      for (let y = 0; y < 11; y += 1)
        for (let x = Math.round((column * 160) / 13); x < Math.round(((column + 1) * 160) / 13); x += 1)
          picture.pixels.fill(isWhite ? 0 : 255, (y * 160 + x) * 3, (y * 160 + x) * 3 + 3);
      return readCounter(picture);
    });
    expect(spoiled).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('the patch', () => {
  it('has its person’s colour, and is white in a flash alone', () => {
    expect(nearestColour(patchColour(worn(filmed(7, { colour: blue }))), [red, blue])).toBe(blue);
    expect(nearestColour([0, 255, 0], [red, blue])).toBeUndefined();
    expect([red, blue, white].map((colour) => isFlashing(worn(filmed(7, { colour }))))).toEqual([false, false, true]);
    expect(isFlashing(dark(160, 90))).toBeUndefined();
  });

  it('says where in a composed picture somebody is', () => {
    const composed = dark(1280, 720);
    draw(composed, { at: { x: 16, y: 180, width: 616, height: 346.5 }, number: 11, colour: red });
    draw(composed, { at: { x: 648, y: 180, width: 616, height: 346.5 }, number: 12, colour: blue });
    const [left, right] = [red, blue].map((colour) => findPicture(composed, colour));
    expect([left?.x, right?.x]).toEqual([16, 648]);
    expect(left?.width).toBeCloseTo(616, -1);
    expect([readCounter(composed, left), readCounter(composed, right)]).toEqual([11, 12]);
    expect(findPicture(composed, [32, 144, 48])).toBeUndefined();
  });
});
