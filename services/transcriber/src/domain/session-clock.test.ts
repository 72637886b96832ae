import { describe, expect, it } from 'vitest';
import { SessionClock } from './session-clock.ts';

const RATE = 16_000;

/** Speech at 1.0 to 3.0 s, then at 10.0 to 11.0 s of the meeting, sent in chunks of 100 ms. */
function afterTwoTurns() {
  const clock = new SessionClock(RATE);
  for (let ms = 1000; ms < 3000; ms += 100) clock.sent(ms, RATE / 10);
  for (let ms = 10_000; ms < 11_000; ms += 100) clock.sent(ms, RATE / 10);
  return clock;
}

describe('SessionClock', () => {
  it('puts back the silence that was cut out', () => {
    const clock = afterTwoTurns();
    expect(clock.sentMs).toBe(3000);
    expect(clock.toMeeting({ startMs: 0, endMs: 400 })).toEqual({ startMs: 1000, endMs: 1400 });
    expect(clock.toMeeting({ startMs: 2200, endMs: 2500 })).toEqual({ startMs: 10_200, endMs: 10_500 });
  });

  it('ends a word at the cut and begins the next one after it', () => {
    const clock = afterTwoTurns();
    expect(clock.toMeeting({ startMs: 1700, endMs: 2000 })).toEqual({ startMs: 2700, endMs: 3000 });
    expect(clock.toMeeting({ startMs: 2000, endMs: 2300 })).toEqual({ startMs: 10_000, endMs: 10_300 });
  });

  it('keeps a word that touches a cut on the side of its larger part', () => {
    const clock = afterTwoTurns();
    expect(clock.toMeeting({ startMs: 1950, endMs: 2300 })).toEqual({ startMs: 10_000, endMs: 10_300 });
    expect(clock.toMeeting({ startMs: 1600, endMs: 2050 })).toEqual({ startMs: 2600, endMs: 3000 });
  });

  it('takes rounding for no gap, and follows a clock that is corrected', () => {
    const clock = new SessionClock(RATE);
    clock.sent(0, 1607);
    clock.sent(100, 1600);
    clock.sent(201, 1600);
    expect(clock.toMeeting({ startMs: 250, endMs: 300 })).toEqual({ startMs: 250, endMs: 300 });
    clock.sent(400, 1600);
    const { startMs } = clock.toMeeting({ startMs: clock.sentMs - 50, endMs: clock.sentMs });
    expect(startMs).toBe(450);
  });

  it('goes on after the last sample, where providers round up', () => {
    expect(afterTwoTurns().toMeeting({ startMs: 2900, endMs: 3010 })).toEqual({ startMs: 10_900, endMs: 11_010 });
  });
});
