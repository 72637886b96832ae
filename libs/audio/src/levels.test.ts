import { expect, it } from 'vitest';
import { peakDb, rmsDb, SILENCE_DB } from './levels.ts';

it('measures root mean square and peak below full scale', () => {
  const square = Int16Array.from({ length: 100 }, (_, index) => (index % 2 ? 16_384 : -16_384));
  expect(rmsDb(square)).toBeCloseTo(-6.02, 2);
  expect(peakDb(square)).toBeCloseTo(-6.02, 2);
  expect(rmsDb(Int16Array.of(-32_768))).toBe(0);
});

it('gives a finite number for silence and for nothing', () => {
  for (const pcm of [new Int16Array(10), new Int16Array(0)]) {
    expect(rmsDb(pcm)).toBe(SILENCE_DB);
    expect(peakDb(pcm)).toBe(SILENCE_DB);
  }
});
