import { describe, expect, it } from 'vitest';
import { rmsDb } from './levels.ts';
import { createResampler, resample } from './resample.ts';

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
    [8000, 48_000],
    [11_025, 48_000],
    [16_000, 48_000],
    [24_000, 48_000],
    [44_100, 48_000],
    [47_999, 48_000],
    [48_000, 44_100],
    [44_100, 16_000],
    [8000, 16_000],
  ])('keeps a tone where it is from %i to %i Hz, also in pieces of any size', (fromRate, toRate) => {
    const input = sine(440, fromRate);
    const resampler = createResampler({ fromRate, toRate });
    const output: number[] = [];
    for (let at = 0, size = 1; at < input.length; at += size, size = (size * 7 + 1) % 1009)
      output.push(...resampler.process(input.subarray(at, at + size)));
    output.push(...resampler.flush());
    expect(output).toEqual([...resample(input, { fromRate, toRate })]);
    expect(Math.abs(output.length - toRate)).toBeLessThanOrEqual(1);
    const edge = Math.ceil(toRate / 200);
    const noise = output.slice(edge, -edge).map((sample, at) => {
      return sample - 16_384 * Math.sin((2 * Math.PI * 440 * (at + edge)) / toRate);
    });
    const snrDb = rmsDb(input) - rmsDb(Int16Array.from(noise));
    expect(snrDb).toBeGreaterThan(60);
  });

  it.each([
    [8000, 3000],
    [16_000, 6500],
    [24_000, 10_000],
  ])('leaves no image of a tone when it goes up from %i Hz', (fromRate, hz) => {
    const output = resample(sine(hz, fromRate), { fromRate, toRate: 48_000 }).subarray(1000, 47_000);
    const tone = Float64Array.from(output, (_, at) => Math.sin((2 * Math.PI * hz * (at + 1000)) / 48_000));
    const share = output.reduce((sum, sample, at) => sum + sample * (tone[at] ?? 0), 0) / (output.length / 2);
    const rest = output.map((sample, at) => Math.round(sample - share * (tone[at] ?? 0)));
    expect(share / 16_384).toBeCloseTo(1, 1);
    expect(rmsDb(output) - rmsDb(rest)).toBeGreaterThan(55);
  });

  it('removes what a lower rate cannot hold, at a ratio that is no whole number', () => {
    expect(gainDb(10_000, { fromRate: 44_100, toRate: 16_000 })).toBeLessThan(-55);
  });

  it('refuses rates that are none', () => {
    for (const fromRate of [0, -1, 0.5, NaN])
      expect(() => createResampler({ fromRate, toRate: 16_000 })).toThrow('sample rates must be positive');
  });
});
