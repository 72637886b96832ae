import { describe, expect, it } from 'vitest';
import { RecordingPause } from './recording-pause.ts';

describe('RecordingPause', () => {
  it('covers all that is received in it, also what is reported after it, and nothing without one', () => {
    const pause = new RecordingPause();
    expect([pause.isPaused, pause.covers(0), pause.covers(-Infinity)]).toEqual([false, false, false]);
    expect(pause.set(true, 100)).toBe(100);
    expect([pause.isPaused, pause.covers(50), pause.covers(150)]).toEqual([true, true, true]);
    expect(pause.set(false, 200)).toBe(200);
    expect([pause.isPaused, pause.covers(150), pause.covers(200), pause.covers(201)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('answers to what is asked again since when it is so', () => {
    const pause = new RecordingPause(true);
    expect(pause.covers(1)).toBe(true);
    expect([pause.set(false, 10), pause.set(false, 20), pause.set(true, 30), pause.set(true, 40)]).toEqual([
      10, 10, 30, 30,
    ]);
  });
});
