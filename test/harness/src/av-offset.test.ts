import { describe, expect, it } from 'vitest';
import { beepsIn, measureAvOffset, type SoundPiece, type TimedPicture } from './av-offset.ts';
import { checkOf } from './video-counter.ts';

const sampleRate = 16_000;
const frameMs = 1000 / 15;

/** Noise like a voice's, with tones of 80 ms at the given times. */
function soundWith(beeps: readonly number[], { seconds, at }: { seconds: number; at: number }): SoundPiece {
  const samples = Int16Array.from({ length: seconds * sampleRate }, (_, index) => {
    const sinceMs = (index * 1000) / sampleRate + at;
    const isTone = beeps.some((beep) => sinceMs >= beep && sinceMs < beep + 80);
    const hum = 600 * Math.sin((2 * Math.PI * 220 * index) / sampleRate) + ((index * 7919) % 801) - 400;
    return hum + (isTone ? 12_000 * Math.sin((2 * Math.PI * 1000 * index) / sampleRate) : 0);
  });
  return { at, sampleRate, samples };
}

/** Grey pictures of 52x24 points, of which those at the given times begin to be white where the patch is. */
function* picturesWith(flashes: readonly number[], { seconds, from = 0 }: { seconds: number; from?: number }) {
  const [width, height] = [52, 24];
  for (let number = from; number < from + seconds * 15; number += 1) {
    const at = number * frameMs;
    const isFlash = flashes.some((flash) => at > flash - 1 && at < flash + 200);
    const bits = (number * 16 + checkOf(number)).toString(2).padStart(24, '0');
    const rows = [`1${bits.slice(0, 12)}`, `0${bits.slice(12)}`];
    const pixels = Uint8Array.from({ length: width * height }, (_, point) => {
      const [x, y] = [point % width, Math.floor(point / width)];
      if (y < 6) return rows[Math.floor(y / 3)]?.[Math.floor(x / 4)] === '1' ? 230 : 25;
      return isFlash && x < 0.3 * width ? 235 : 90;
    });
    yield { at, width, height, pixels } satisfies TimedPicture;
  }
}

describe('beepsIn', () => {
  it('finds tones to a few milliseconds, also across pieces, and takes no short click or other tone for one', () => {
    const whole = soundWith([1000, 2500.5], { seconds: 4, at: 0 });
    const pieces = Array.from({ length: 400 }, (_, piece) => ({
      at: piece * 10,
      sampleRate,
      samples: whole.samples.slice(piece * 160, (piece + 1) * 160),
    }));
    for (const sound of [[whole], pieces]) {
      const found = beepsIn(sound);
      expect(found).toHaveLength(2);
      expect(Math.abs((found[0] ?? 0) - 1000)).toBeLessThan(4);
      expect(Math.abs((found[1] ?? 0) - 2500.5)).toBeLessThan(4);
    }
    const other = Int16Array.from(
      { length: sampleRate },
      (_, index) => 9000 * Math.sin((2 * Math.PI * 1500 * index) / sampleRate),
    );
    expect(beepsIn([{ at: 0, sampleRate, samples: other }])).toEqual([]);
    expect(beepsIn([])).toEqual([]);
  });
});

describe('measureAvOffset', () => {
  it('tells for each flash how late the sound is, early ones included', async () => {
    const flashes = [15, 45, 75].map((number) => number * frameMs);
    const beeps = flashes.map((at, index) => at + [60, 0, -35][index]!);
    const { offsets, lonelyFlashes, lonelyBeeps } = await measureAvOffset(picturesWith(flashes, { seconds: 7 }), [
      soundWith(beeps, { seconds: 7, at: 0 }),
    ]);
    expect(offsets.map(({ offsetMs }) => Math.round(offsetMs / 5) * 5)).toEqual([60, 0, -35]);
    expect([lonelyFlashes, lonelyBeeps]).toEqual([[], []]);
  });

  it('names what has no counterpart, and counts no flash that it has not seen begin', async () => {
    const flashes = [0, 45].map((number) => number * frameMs);
    const measured = await measureAvOffset(picturesWith(flashes, { seconds: 4 }), [
      soundWith([500], { seconds: 1, at: 0 }),
    ]);
    expect(measured.offsets).toEqual([]);
    expect(measured.lonelyFlashes.map(Math.round)).toEqual([3000]);
    expect(measured.lonelyBeeps).toHaveLength(1);
  });
});
