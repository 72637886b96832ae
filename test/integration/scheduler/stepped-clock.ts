import { Watched } from '@earshot/harness';
import { FakeClock, SECOND, type Clock } from '@earshot/kernel';

export interface SteppedClock extends Clock {
  /** Time goes on, second by second, with rounds of everything that looks each second in between. */
  pass(ms: number): Promise<void>;
  /** Time goes on while nobody looks. */
  skip(ms: number): Promise<void>;
  /** Sets the time of day; no time passes. */
  set(now: number): void;
}

/** Virtual time for decisions, real time for waiting between rounds. */
export function steppedClock(): SteppedClock {
  const fake = new FakeClock(Date.now());
  const rounds = new Watched();
  let begun = 0;
  return {
    now: () => fake.now(),
    monotonicNow: () => fake.monotonicNow(),
    sleep(ms, signal) {
      begun += ms === SECOND ? 1 : 0;
      rounds.changed();
      return new Promise((done, fail) => {
        const timer = setTimeout(done, Math.min(ms, 20));
        signal?.addEventListener('abort', () => (clearTimeout(timer), fail(signal.reason)));
      });
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += SECOND) {
        await fake.advance(Math.min(SECOND, ms - passed));
        // Two loops look each second: the relay and the watch over leases. Of six rounds each has one at least.
        const before = begun;
        await rounds.until(() => begun >= before + 6, AbortSignal.timeout(10_000));
      }
    },
    skip: (ms) => fake.advance(ms),
    set: (now) => fake.set(now),
  };
}
