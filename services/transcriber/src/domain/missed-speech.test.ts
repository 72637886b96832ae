import { describe, expect, it } from 'vitest';
import { mergeMissed, missedLength, partsWithin } from './missed-speech.ts';

const piece = (trackId: string, startMs: number, endMs: number) => ({ trackId, startMs, endMs });

describe('missed speech', () => {
  it('counts each moment of a track once, whatever the pieces in which it was told', () => {
    const missed = [piece('ada', 0, 1000), piece('ben', 500, 700), piece('ada', 1000, 1500), piece('ada', 200, 900)];
    expect(mergeMissed(missed)).toEqual([piece('ada', 0, 1500), piece('ben', 500, 700)]);
    expect(missedLength(missed)).toBe(1700);
    expect(missedLength([])).toBe(0);
  });

  it('keeps the pauses in between out of it', () => {
    const missed = [piece('ada', 3000, 4000), piece('ada', 0, 1000)];
    expect(mergeMissed(missed)).toEqual([piece('ada', 0, 1000), piece('ada', 3000, 4000)]);
    expect(missedLength(missed)).toBe(2000);
  });
});

describe('partsWithin', () => {
  it('cuts an interval to what others cover of it', () => {
    const interval = { startMs: 100, endMs: 400 };
    const parts = partsWithin(interval, [
      { startMs: 350, endMs: Infinity },
      { startMs: 0, endMs: 150 },
    ]);
    expect(parts).toEqual([
      { startMs: 100, endMs: 150 },
      { startMs: 350, endMs: 400 },
    ]);
    expect(partsWithin(interval, [{ startMs: 0, endMs: 100 }])).toEqual([]);
  });
});
