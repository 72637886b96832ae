import { describe, expect, it } from 'vitest';
import { Resampler } from './resample.ts';

const sine = (rate: number, hertz: number, seconds = 0.5) =>
  Int16Array.from({ length: rate * seconds }, (_, index) => 10_000 * Math.sin((2 * Math.PI * hertz * index) / rate));

function resample(samples: Int16Array, rates: { from: number; to: number }, chunk = samples.length): number[] {
  const resampler = new Resampler(rates);
  const output: number[] = [];
  for (let at = 0; at < samples.length; at += chunk) output.push(...resampler.push(samples.subarray(at, at + chunk)));
  return [...output, ...resampler.flush()];
}

describe('Resampler', () => {
  it.each([48_000, 44_100, 24_000, 8000])('keeps a tone of 1 kHz, and its place in time, from %i Hz', (from) => {
    const expected = sine(16_000, 1000);
    const actual = resample(sine(from, 1000), { from, to: 16_000 });
    expect(Math.abs(actual.length - expected.length)).toBeLessThanOrEqual(1);
    for (let at = 400; at < 7000; at += 37) expect(Math.abs(actual[at]! - expected[at]!)).toBeLessThan(200);
  });

  it('removes what the new rate cannot carry', () => {
    const heard = resample(sine(48_000, 11_000), { from: 48_000, to: 16_000 }).slice(400, 7000);
    expect(Math.max(...heard.map(Math.abs))).toBeLessThan(100);
  });

  it('gives the same however the stream is chopped', () => {
    const rates = { from: 48_000, to: 16_000 };
    expect(resample(sine(48_000, 700), rates, 501)).toEqual(resample(sine(48_000, 700), rates));
  });
});
