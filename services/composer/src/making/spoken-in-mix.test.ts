import { expect, it } from 'vitest';
import { spokenInMix } from './spoken-in-mix.ts';

async function* mixOf(samples: number, chunk: number) {
  const pcm = new Uint8Array(Int16Array.from({ length: samples }, (_, index) => index % 30_000).buffer);
  for (let at = 0; at < pcm.length; at += chunk * 2) yield { pcm: pcm.subarray(at, at + chunk * 2), share: 0 };
}

it.each([1000, 48_000, 1_000_000])(
  'takes what lies in intervals, with their margins, in chunks of %i',
  async (chunk) => {
    const intervals = [
      { fromMs: 100, toMs: 400 },
      { fromMs: 900, toMs: 1000 },
      { fromMs: 3000, toMs: 9000 },
    ];
    const spans: [number, number][] = [];
    for await (const { payload, atUs } of spokenInMix(mixOf(4 * 48_000, chunk), intervals)) {
      const pcm = new Int16Array(Uint8Array.from(payload).buffer);
      const first = Math.round((atUs * 48) / 1000);
      expect(pcm.every((sample, index) => sample === (first + index) % 30_000)).toBe(true);
      const last = spans.at(-1);
      if (last?.[1] === first) last[1] += pcm.length;
      else spans.push([first, first + pcm.length]);
    }
    expect(spans.map((span) => span.map((sample) => sample / 48))).toEqual([
      [0, 1300],
      [2700, 4000],
    ]);
  },
);
