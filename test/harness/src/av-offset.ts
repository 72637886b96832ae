import { isFlashing, type Picture, type Region } from './video-counter.ts';

/** A picture and when it is shown, in milliseconds on the sound's clock. */
export interface TimedPicture extends Picture {
  readonly at: number;
}

/** One channel of sound and when it begins. Pieces that follow each other are one sound. */
export interface SoundPiece {
  readonly at: number;
  readonly sampleRate: number;
  readonly samples: Int16Array;
}

export interface AvOffset {
  readonly flashAt: number;
  readonly beepAt: number;
  /** Milliseconds by which the sound is late. */
  readonly offsetMs: number;
}

export interface AvOffsets {
  readonly offsets: readonly AvOffset[];
  /** What has no counterpart, in milliseconds. */
  readonly lonelyFlashes: readonly number[];
  readonly lonelyBeeps: readonly number[];
}

/** What the lab's people beep with. */
const BEEP_HZ = 1000;
const WINDOW_MS = 5;
const LEAST_BEEP_MS = 40;
/** Of full scale. */
const LEAST_AMPLITUDE = 0.02;
/** How much of a window's energy the tone has to have: voices are no pure tones. */
const LEAST_SHARE = 0.6;
const PAIR_REACH_MS = 1000;

/**
 * How far the sound is from the pictures in what was recorded of somebody who flashes and beeps. Pictures may come one by one, as
 * ffmpeg hands them over; `region` says where in a composed picture the person is.
 */
export async function measureAvOffset(
  pictures: Iterable<TimedPicture> | AsyncIterable<TimedPicture>,
  sound: readonly SoundPiece[],
  region?: Region,
): Promise<AvOffsets> {
  const flashes = await flashesIn(pictures, region);
  const beeps = beepsIn(sound);
  const offsets = flashes.flatMap((flashAt) => {
    const near = beeps.filter((beepAt) => Math.abs(beepAt - flashAt) <= PAIR_REACH_MS);
    const [beepAt] = near.toSorted((one, other) => Math.abs(one - flashAt) - Math.abs(other - flashAt));
    return beepAt === undefined ? [] : [{ flashAt, beepAt, offsetMs: beepAt - flashAt }];
  });
  return {
    offsets,
    lonelyFlashes: flashes.filter((at) => !offsets.some(({ flashAt }) => flashAt === at)),
    lonelyBeeps: beeps.filter((at) => !offsets.some(({ beepAt }) => beepAt === at)),
  };
}

/** When flashes begin. A picture that cannot be read changes nothing. */
async function flashesIn(
  pictures: Iterable<TimedPicture> | AsyncIterable<TimedPicture>,
  region?: Region,
): Promise<number[]> {
  const flashes: number[] = [];
  // What flashes from the start began before.
  let wasFlashing = true;
  for await (const picture of pictures) {
    const isWhite = isFlashing(picture, region);
    if (isWhite === undefined) continue;
    if (isWhite && !wasFlashing) flashes.push(picture.at);
    wasFlashing = isWhite;
  }
  return flashes;
}

/** When tones of 1 kHz begin, to a few milliseconds. */
export function beepsIn(sound: readonly SoundPiece[]): number[] {
  const rate = sound[0]?.sampleRate ?? 0;
  if (rate === 0) return [];
  const samples = new Int16Array(sound.reduce((length, piece) => length + piece.samples.length, 0));
  const starts: { index: number; at: number }[] = [];
  let filled = 0;
  for (const piece of sound) {
    samples.set(piece.samples, filled);
    starts.push({ index: filled, at: piece.at });
    filled += piece.samples.length;
  }
  const timeOf = (index: number) => {
    const piece = starts.findLast((start) => start.index <= index) ?? { index: 0, at: 0 };
    return piece.at + ((index - piece.index) * 1000) / rate;
  };

  const [window, step] = [Math.round((rate * WINDOW_MS) / 1000), Math.round(rate / 1000)];
  const beeps: number[] = [];
  let begins: number | undefined;
  for (let index = 0; index + window <= samples.length + step; index += step) {
    const isTone = index + window <= samples.length && hasTone(samples.subarray(index, index + window), rate);
    if (isTone) begins ??= index;
    else if (begins !== undefined) {
      // The first window that was mostly tone began a little before it.
      if (index - begins >= (rate * (LEAST_BEEP_MS - WINDOW_MS)) / 1000) beeps.push(timeOf(begins + window / 4));
      begins = undefined;
    }
  }
  return beeps;
}

/** Goertzel's measure of one frequency, against the energy of all. */
function hasTone(samples: Int16Array, rate: number): boolean {
  const turn = (2 * Math.PI * BEEP_HZ) / rate;
  let [real, imaginary, energy] = [0, 0, 0];
  for (let index = 0; index < samples.length; index += 1) {
    const sample = (samples[index] ?? 0) / 32768;
    real += sample * Math.cos(turn * index);
    imaginary += sample * Math.sin(turn * index);
    energy += sample * sample;
  }
  const amplitude = (2 * Math.hypot(real, imaginary)) / samples.length;
  return amplitude >= LEAST_AMPLITUDE && (amplitude * amplitude * samples.length) / 2 / energy >= LEAST_SHARE;
}
