export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Time as a dependency: whoever decides by it or waits for it takes one. */
export interface Clock {
  /** Milliseconds since 1970, of the machine; it may jump. */
  now(): number;
  /** Milliseconds since some moment of this process: never jumps, and may stand still while the machine sleeps. */
  monotonicNow(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** A clock that only moves when a test advances it. */
export class FakeClock implements Clock {
  #now: number;
  #monotonicNow = 0;
  #sleepers: Sleeper[] = [];

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonicNow(): number {
    return this.#monotonicNow;
  }

  /** Sets the time of day, as an administrator or a time server does: no time passes. */
  set(now: number): void {
    this.#now = now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper: Sleeper = { wakeAt: this.#monotonicNow + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason);
      });
    });
  }

  /** Moves time on and wakes, in order, everyone whose time has come. */
  async advance(ms: number): Promise<void> {
    this.#now += ms;
    const at = (this.#monotonicNow += ms);
    const due = this.#sleepers.filter((sleeper) => sleeper.wakeAt <= at).sort((a, b) => a.wakeAt - b.wakeAt);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.wakeAt > at);
    for (const sleeper of due) {
      sleeper.wake();
      await Promise.resolve();
    }
  }
}
