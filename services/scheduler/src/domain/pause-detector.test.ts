import { describe, expect, it } from 'vitest';
import { FakeClock, HOUR, SECOND } from '@earshot/kernel';
import { PauseDetector, type Tick } from './pause-detector.ts';

const LEASE_MS = 10 * SECOND;

/** Looks once a second of a clock of its own. */
function watch() {
  const clock = new FakeClock();
  const pauses = new PauseDetector(LEASE_MS);
  const tick = () => pauses.tick({ now: clock.now(), monotonicNow: clock.monotonicNow() });
  tick();
  return {
    clock,
    miss: () => pauses.miss(),
    tick,
    run(seconds: number) {
      const seen: Tick[] = [];
      for (let second = 0; second < seconds; second += 1) {
        void clock.advance(SECOND);
        seen.push(tick());
      }
      return seen;
    },
    /** Nobody looks for so long. */
    pause(ms: number) {
      void clock.advance(ms);
      return tick();
    },
    /** For how long a joiner has to be silent now, in seconds; undefined where no lease may expire. */
    silentFor: () => (pauses.silentSince === undefined ? undefined : (clock.now() - pauses.silentSince) / SECOND),
  };
}

describe('the time in which joiners could be heard', () => {
  it('begins with the start: until a lease has passed none expires', () => {
    const { run, silentFor } = watch();
    run(9);
    expect(silentFor()).toBeUndefined();
    run(1);
    expect(silentFor()).toBe(10);
    run(50);
    expect(silentFor()).toBe(10);
  });

  it.each([
    ['a pause of 20 s, by both clocks', 20 * SECOND],
    ['a pause of an hour', HOUR],
    ['a pause of 4 s', 4 * SECOND],
  ])('gives joiners a lease after %s, and expires no lease at once', (_, ms) => {
    const { run, pause, silentFor } = watch();
    run(30);
    expect(pause(ms).pausedMs).toBe(ms);
    const pauseSeconds = ms / SECOND;
    // Silent for two leases of uptime, the pause left out but for a second of it.
    expect(silentFor()).toBe(19 + pauseSeconds);
    run(9);
    expect(silentFor()).toBe(19 + pauseSeconds);
    run(1);
    expect(silentFor()).toBe(10);
  });

  it('takes a round that is a little late for no absence', () => {
    const { run, pause, silentFor } = watch();
    run(30);
    expect(pause(2.9 * SECOND).pausedMs).toBe(0);
    expect(silentFor()).toBe(10);
  });

  it.each([
    ['is set forward, as it is after a machine slept', HOUR, { pausedMs: HOUR + SECOND, isSetBack: false }],
    ['is set back', -HOUR, { pausedMs: 0, isSetBack: true }],
  ])('begins anew when the time of day %s', (_, ms, expected) => {
    const { clock, run, silentFor } = watch();
    run(30);
    clock.set(clock.now() + ms);
    expect(run(1)).toEqual([expected]);
    run(9);
    expect(silentFor() ?? Infinity).toBeGreaterThanOrEqual(29);
    run(1);
    expect(silentFor()).toBe(10);
  });

  it('begins anew when the database answers again', () => {
    const { clock, run, miss, tick, silentFor } = watch();
    run(30);
    for (let round = 0; round < 300; round += 1) {
      miss();
      void clock.advance(SECOND);
      tick();
    }
    expect(silentFor()).toBeGreaterThanOrEqual(300);
    run(10);
    expect(silentFor()).toBe(10);
  });

  it('still expires leases of joiners that are gone, however often it is held up', () => {
    const { clock, run, pause, silentFor } = watch();
    const goneAt = clock.now();
    let upSeconds = 0;
    while ((silentFor() ?? Infinity) * SECOND > clock.now() - goneAt) {
      run(4);
      pause(20 * SECOND);
      upSeconds += 4;
    }
    // A lease, and one more.
    expect(upSeconds).toBeLessThanOrEqual(20);
    // One round after the other is held up.
    for (let round = 0; round < 30; round += 1) pause(5 * SECOND);
    expect(silentFor()).toBeLessThanOrEqual(2 * 10 * 5);
  });
});
