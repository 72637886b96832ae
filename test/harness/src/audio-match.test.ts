import { describe, expect, it } from 'vitest';
import { findSound, findSpeech, piecesOf, PRESENT_SHARE } from './audio-match.ts';

function noise(length: number, seed: number): Int16Array {
  let state = seed;
  const out = new Int16Array(length);
  let smooth = 0;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0; // Numerical Recipes' generator
    smooth = 0.9 * smooth + 0.1 * ((state / 2 ** 32 - 0.5) * 40_000);
    out[index] = smooth;
  }
  return out;
}

/** A voiced sound: the harmonics of a pitch that wanders, each as loud as chance has it. */
function voice(length: number, seed: number): Int16Array {
  const chance = noise(4000, seed);
  const at = (index: number) => (chance[index % chance.length] ?? 0) / 8000;
  let phase = 0;
  return Int16Array.from({ length }, (_, index) => {
    const part = Math.floor(index / 4800);
    phase += (2 * Math.PI * (200 + 35 * at(part))) / 48_000;
    let sum = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic += 1)
      sum += ((1 + at(part * 12 + harmonic)) / harmonic ** 2) * Math.sin(harmonic * phase);
    return 6000 * sum;
  });
}

describe('findSound', () => {
  it('finds a sound to the sample, and its level', () => {
    const sound = noise(9600, 1);
    const recording = noise(96_000, 2).map((sample) => sample / 50);
    sound.forEach((sample, index) => (recording[30_003 + index] = sample / 2));
    const match = findSound(recording, sound, { from: 20_000, to: 40_000 });
    expect(match.offset).toBe(30_003);
    expect(match.correlation).toBeGreaterThan(0.99);
    expect(match.gainDb).toBeCloseTo(-6.02, 1);
  });

  it('says so when the sound is not there', () => {
    const match = findSound(noise(96_000, 3), noise(9600, 4), { from: 0, to: 50_000 });
    expect(match.correlation).toBeLessThan(0.3);
  });
});

describe('findSpeech', () => {
  it('forgives a pause made longer, and nothing else', { timeout: 30_000 }, () => {
    const speech = noise(96_000, 5);
    const paused = new Int16Array(200_000);
    paused.set(speech.subarray(0, 72_000), 20_000);
    paused.set(speech.subarray(72_000), 20_000 + 72_000 + 4000);
    const window = { from: 0, to: 40_000 };
    expect(findSpeech(paused, speech, window)).toMatchObject({ offset: 20_000 });
    expect(findSpeech(paused, speech, window).correlation).toBeGreaterThan(0.99);
    paused.fill(0, 30_000, 70_000);
    expect(findSpeech(paused, speech, window).correlation).toBeLessThan(0.7);
  });
});

describe('piecesOf', () => {
  it('finds each half second of a voice under a louder one, and misses what is not there', () => {
    const [speech, other] = [noise(72_000, 6), noise(200_000, 7)];
    const recording = other.map((sample) => sample * 2);
    speech.forEach((sample, index) => (recording[20_000 + index] = (recording[20_000 + index] ?? 0) + sample));
    recording.set(other.subarray(44_000, 68_000), 44_000);
    const pieces = piecesOf(recording, speech, { from: 10_000, to: 30_000 });
    expect(pieces.map(({ share }) => share >= PRESENT_SHARE)).toEqual([true, false, true]);
  });

  it('does not take another voice of the same pitch for this one', { timeout: 30_000 }, () => {
    const recording = voice(300_000, 11);
    for (const seed of [12, 13, 14]) {
      const pieces = piecesOf(recording, voice(72_000, seed), { from: 20_000, to: 60_000 });
      expect(Math.min(...pieces.map(({ share }) => share))).toBeLessThan(PRESENT_SHARE);
    }
  });

  it('follows a voice that comes late', () => {
    const speech = noise(96_000, 8);
    const recording = noise(300_000, 9).map((sample) => sample / 2);
    const add = (sample: number, at: number) => (recording[at] = (recording[at] ?? 0) + sample);
    speech.subarray(0, 24_000).forEach((sample, index) => add(sample, 20_000 + index));
    speech.subarray(24_000).forEach((sample, index) => add(sample, 100_000 + index));
    const pieces = piecesOf(recording, speech, { from: 10_000, to: 30_000 });
    expect(pieces.map(({ offset }) => offset)).toEqual([20_000, 100_000, 124_000, 148_000]);
    for (const { share } of pieces) expect(share).toBeCloseTo(1, 1);
  });
});
