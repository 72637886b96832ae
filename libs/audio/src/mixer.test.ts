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
    mixer.add('low', 0, low);
    mixer.add('high', 480, high);
    const { pcm, loudest } = mixer.take(1440);
    const expected = Int16Array.from({ length: 1440 }, (_, at) => (low[at] ?? 0) + (high[at - 480] ?? 0));
    expect(pcm).toEqual(expected);
    expect(loudest).toBe('low');
  });

  it('gives silence where nothing was added', () => {
    const mixer = new Mixer();
    expect(mixer.take(480)).toEqual({ pcm: new Int16Array(480), loudest: undefined });
    mixer.add('a', 960, Int16Array.of(5));
    expect([...mixer.take(962).pcm.subarray(478)]).toEqual([0, 0, 5, 0]);
  });

  it('saturates both ways instead of wrapping', () => {
    const mixer = new Mixer();
    mixer.add('a', 0, Int16Array.of(30_000, -30_000, 30_000));
    mixer.add('b', 0, Int16Array.of(30_000, -30_000, -30_000));
    mixer.add('c', 0, Int16Array.of(0, 0, 30_000));
    expect([...mixer.take(3).pcm]).toEqual([32_767, -32_768, 30_000]);
  });

  it('gives the same whatever the slices and the order of arrival', () => {
    const parts = [0, 960, 1920].map((from) => ({ from, pcm: sine({ hz: 300, amplitude: 9000, samples: 960, from }) }));
    const mixer = new Mixer();
    for (const { from, pcm } of parts.toReversed()) mixer.add('a', from, pcm);
    const slices = [100, 100, 1500, 2880].flatMap((until) => [...mixer.take(until).pcm]);
    expect(slices).toEqual([...sine({ hz: 300, amplitude: 9000, samples: 2880 })]);
    expect(mixer.losses).toEqual({ lateSamples: 0, earlySamples: 0 });
  });

  it('cuts and counts what comes late', () => {
    const mixer = new Mixer();
    mixer.take(480);
    mixer.add('a', 0, new Int16Array(480).fill(7));
    mixer.add('a', 479, Int16Array.of(1, 2, 3));
    expect([...mixer.take(482).pcm]).toEqual([2, 3]);
    expect(mixer.losses.lateSamples).toBe(481);
  });

  it('refuses positions that cannot be right', () => {
    const mixer = new Mixer({ maxAheadSamples: 1000 });
    mixer.add('a', 1001, Int16Array.of(1));
    mixer.add('a', Number.NaN, Int16Array.of(1, 2));
    expect(mixer.losses.earlySamples).toBe(3);
    mixer.add('a', 1000, Int16Array.of(4));
    expect(mixer.take(1001).pcm.at(-1)).toBe(4);
  });

  it('tells the loudest track of each slice', () => {
    const mixer = new Mixer({ startSample: 4800 });
    mixer.add('a', 4800, sine({ hz: 440, amplitude: 3000, samples: 960 }));
    mixer.add('b', 4800, sine({ hz: 440, amplitude: 1000, samples: 480 }));
    mixer.add('b', 5280, sine({ hz: 440, amplitude: 6000, samples: 480 }));
    expect(mixer.take(5280).loudest).toBe('a');
    expect(mixer.take(5760).loudest).toBe('b');
    expect(mixer.take(5800).loudest).toBeUndefined();
    expect(mixer.position).toBe(5800);
  });
});
