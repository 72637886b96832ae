import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GreyImage } from '../layout/background.ts';
import { runFfmpeg } from './run-ffmpeg.ts';

/** The one that is installed with the composer (Debian's fonts-dejavu-core). */
const FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf';
const FONT_SIZE = 18;
/** What is drawn of a name, in characters; and the picture it is drawn in, pixels. */
const LONGEST_NAME = 60;
const LINE = { w: 720, h: 24 } as const;
/** Lines in one picture. */
const MOST_LINES = 50;

/** Draws names, each once. They are read from files, so nothing in them is taken for anything but text. */
export async function writeNames(
  names: readonly string[],
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<ReadonlyMap<string, GreyImage>> {
  const images = new Map<string, GreyImage>();
  const texts = [...new Set(names)].filter((name) => readable(name) !== '');
  for (let from = 0; from < texts.length; from += MOST_LINES) {
    const some = texts.slice(from, from + MOST_LINES);
    const drawn = await draw(some.map(readable), { folder, signal });
    for (const [place, name] of some.entries()) images.set(name, cut(drawn.subarray(place * LINE.w * LINE.h)));
  }
  return images;
}

async function draw(
  texts: readonly string[],
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<Uint8Array> {
  const filters = await Promise.all(
    texts.map(async (text, place) => {
      const file = `name-${place}.txt`;
      await writeFile(join(folder, file), text);
      const style = `fontfile=${FONT}:fontsize=${FONT_SIZE}:fontcolor=white`;
      // From the line's middle, whatever letters it has: `ascent` and `descent` are the text's own.
      return `drawtext=textfile=${file}:expansion=none:${style}:x=0:y=${place * LINE.h}+(${LINE.h}-text_h)/2`;
    }),
  );
  const out = join(folder, 'names.gray');
  const canvas = `color=black:s=${LINE.w}x${LINE.h * texts.length}`;
  const script = join(folder, 'names.graph');
  await writeFile(script, `${canvas},${filters.join(',')},format=gray[out]`);
  const args = [...['-filter_complex_script', script, '-map', '[out]', '-frames:v', '1'], '-f', 'rawvideo', out];
  await runFfmpeg({ args, signal, folder });
  return readFile(out);
}

/** In one line, without what is not to be seen. */
function readable(name: string): string {
  const text = name
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const letters = Array.from(text);
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join('')}…` : text;
}

/** Less what is empty on its right. */
function cut(pixels: Uint8Array): GreyImage {
  let w = 1;
  for (let y = 0; y < LINE.h; y++)
    for (let x = LINE.w - 1; x >= w; x--) if ((pixels[y * LINE.w + x] ?? 0) > 32) w = x + 1;
  const image = new Uint8Array(w * LINE.h);
  for (let y = 0; y < LINE.h; y++) image.set(pixels.subarray(y * LINE.w, y * LINE.w + w), y * w);
  return { w, h: LINE.h, pixels: image };
}
