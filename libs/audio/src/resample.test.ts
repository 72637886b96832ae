import { describe, expect, it } from 'vitest';
import { rmsDb } from './levels.ts';
import { createResampler } from './resample.ts';

function sine(hz: number, rate: number): Int16Array {
  return Int16Array.from({ length: rate }, (_, at) => Math.round(16_384 * Math.sin((2 * Math.PI * hz * at) / rate)));
}

/** The level after resampling one second, against the level before, without the filter's start. */
function gainDb(hz: number, rates: { fromRate: number; toRate: number }): number {
  const input = sine(hz, rates.fromRate);
  return rmsDb(createResampler(rates).process(input).subarray(200)) - rmsDb(input);
}

describe('createResampler', () => {
  const to16k = { fromRate: 48_000, toRate: 16_000 };

  it.each([100, 1000, 3000, 5000, 6500])('keeps %i Hz going from 48 to 16 kHz', (hz) => {
    expect(Math.abs(gainDb(hz, to16k))).toBeLessThan(0.1);
  });

  it.each([8100, 9000, 12_000, 15_000, 17_000, 23_000])('removes %i Hz, which would come back as an alias', (hz) => {
    expect(gainDb(hz, to16k)).toBeLessThan(-55);
  });

  it('gives the same however the stream is cut', () => {
    const input = sine(1000, 48_000);
    const whole = createResampler(to16k).process(input);
    const resampler = createResampler(to16k);
    const parts: number[] = [];
    for (let at = 0, size = 1; at < input.length; at += size, size = (size * 7 + 1) % 1009) {
      parts.push(...resampler.process(input.subarray(at, at + size)));
    }
    expect(whole).toHaveLength(16_000);
    expect(parts).toEqual([...whole]);
  });

  it('passes equal rates on', () => {
    const input = sine(440, 16_000);
    expect(createResampler({ fromRate: 16_000, toRate: 16_000 }).process(input)).toBe(input);
  });

  it.each([
    [16_000, 48_000],
    [44_100, 48_000],
    [48_000, 44_100],
    [8000, 16_000],
  ])('interpolates from %i to %i, also in pieces', (fromRate, toRate) => {
    const input = sine(440, fromRate);
    const resampler = createResampler({ fromRate, toRate });
    const output: number[] = [];
    for (let at = 0; at < input.length; at += 333) output.push(...resampler.process(input.subarray(at, at + 333)));
    expect(Math.abs(output.length - toRate)).toBeLessThanOrEqual(Math.ceil(toRate / fromRate));
    const worst = output.reduce((most, sample, at) => {
      return Math.max(most, Math.abs(sample - 16_384 * Math.sin((2 * Math.PI * 440 * at) / toRate)));
    }, 0);
    expect(worst).toBeLessThan(300);
  });

  it('refuses rates that are none', () => {
    expect(() => createResampler({ fromRate: 0, toRate: 16_000 })).toThrow('sample rates must be positive');
  });
});
