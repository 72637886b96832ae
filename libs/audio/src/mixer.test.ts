import { describe, expect, it } from 'vitest';
import { Mixer } from './mixer.ts';

function sine(options: { hz: number; amplitude: number; samples: number; from?: number }): Int16Array {
  const { hz, amplitude, samples, from = 0 } = options;
  return Int16Array.from({ length: samples }, (_, index) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * (from + index)) / 48_000)),
  );
}

describe('Mixer', () => {
  it('sums tracks sample by sample where they overlap', () => {
    const mixer = new Mixer();
    const low = sine({ hz: 440, amplitude: 8000, samples: 960 });
    const high = sine({ hz: 1000, amplitude: 4000, samples: 960 });
    mixer.add({ trackId: 'low', at: 0, pcm: low });
    mixer.add({ trackId: 'high', at: 480, pcm: high });
    const { pcm, loudest } = mixer.take(1440);
    const expected = Int16Array.from({ length: 1440 }, (_, at) => (low[at] ?? 0) + (high[at - 480] ?? 0));
    expect(pcm).toEqual(expected);
    expect(loudest).toBe('low');
  });

  it('gives silence where nothing was added', () => {
    const mixer = new Mixer();
    expect(mixer.take(480)).toEqual({ pcm: new Int16Array(480), loudest: undefined });
    mixer.add({ trackId: 'a', at: 960, pcm: Int16Array.of(5) });
    expect([...mixer.take(962).pcm.subarray(478)]).toEqual([0, 0, 5, 0]);
  });

  it('saturates both ways instead of wrapping', () => {
    const mixer = new Mixer();
    mixer.add({ trackId: 'a', at: 0, pcm: Int16Array.of(30_000, -30_000, 30_000) });
    mixer.add({ trackId: 'b', at: 0, pcm: Int16Array.of(30_000, -30_000, -30_000) });
    mixer.add({ trackId: 'c', at: 0, pcm: Int16Array.of(0, 0, 30_000) });
    expect([...mixer.take(3).pcm]).toEqual([32_767, -32_768, 30_000]);
  });

  it('gives the same whatever the slices and the order of arrival', () => {
    const parts = [0, 960, 1920].map((from) => ({ from, pcm: sine({ hz: 300, amplitude: 9000, samples: 960, from }) }));
    const mixer = new Mixer();
    for (const { from, pcm } of parts.toReversed()) mixer.add({ trackId: 'a', at: from, pcm });
    const slices = [100, 100, 1500, 2880].flatMap((until) => [...mixer.take(until).pcm]);
    expect(slices).toEqual([...sine({ hz: 300, amplitude: 9000, samples: 2880 })]);
    expect(mixer.losses).toEqual({ lateSamples: 0, earlySamples: 0 });
  });

  it('cuts and counts what comes late', () => {
    const mixer = new Mixer();
    mixer.take(480);
    mixer.add({ trackId: 'a', at: 0, pcm: new Int16Array(480).fill(7) });
    mixer.add({ trackId: 'a', at: 479, pcm: Int16Array.of(1, 2, 3) });
    expect([...mixer.take(482).pcm]).toEqual([2, 3]);
    expect(mixer.losses.lateSamples).toBe(481);
  });

  it('refuses positions that cannot be right', () => {
    const mixer = new Mixer({ maxAheadSamples: 1000 });
    mixer.add({ trackId: 'a', at: 1001, pcm: Int16Array.of(1) });
    mixer.add({ trackId: 'a', at: Number.NaN, pcm: Int16Array.of(1, 2) });
    expect(mixer.losses.earlySamples).toBe(3);
    mixer.add({ trackId: 'a', at: 1000, pcm: Int16Array.of(4) });
    expect(mixer.take(1001).pcm.at(-1)).toBe(4);
  });

  it('tells the loudest track of each slice', () => {
    const mixer = new Mixer({ startSample: 4800 });
    mixer.add({ trackId: 'a', at: 4800, pcm: sine({ hz: 440, amplitude: 3000, samples: 960 }) });
    mixer.add({ trackId: 'b', at: 4800, pcm: sine({ hz: 440, amplitude: 1000, samples: 480 }) });
    mixer.add({ trackId: 'b', at: 5280, pcm: sine({ hz: 440, amplitude: 6000, samples: 480 }) });
    expect(mixer.take(5280).loudest).toBe('a');
    expect(mixer.take(5760).loudest).toBe('b');
    expect(mixer.take(5800).loudest).toBeUndefined();
    expect(mixer.position).toBe(5800);
  });

  it('mixes our own voice into an output of its own, which clips as the other does', () => {
    const mixer = new Mixer();
    mixer.add({ trackId: 'a', at: 0, pcm: Int16Array.of(1000, 30_000, -30_000, 40) });
    mixer.add({ trackId: 'own', at: 1, pcm: Int16Array.of(20_000, -20_000), isOwnVoice: true });
    const { pcm, withOwnVoice = pcm, loudest } = mixer.take(4);
    expect([...pcm]).toEqual([1000, 30_000, -30_000, 40]);
    expect([...withOwnVoice]).toEqual([1000, 32_767, -32_768, 40]);
    expect(loudest).toBe('a');
    mixer.add({ trackId: 'own', at: 6, pcm: Int16Array.of(7, 8), isOwnVoice: true });
    expect(mixer.take(6)).toEqual({ pcm: new Int16Array(2), loudest: undefined });
    expect(mixer.take(7)).toEqual({ pcm: new Int16Array(1), withOwnVoice: Int16Array.of(7), loudest: undefined });
    expect([...(mixer.take(9).withOwnVoice ?? [])]).toEqual([8, 0]);
  });
});
