import { SECOND } from '@earshot/kernel';

/** Ticks come once a second. One that comes later than this after the one before was held up. */
const LONGEST_GAP_MS = 3 * SECOND;
/** So much of an absence counts as uptime, so that a scheduler which is held up for ever still expires leases, if late. */
const CREDIT_MS = SECOND;

/** A moment by both clocks of this machine, in milliseconds. */
export interface Moment {
  /** Since 1970; may jump. */
  readonly now: number;
  /** Never jumps; may stand still while the machine sleeps. */
  readonly monotonicNow: number;
}

/** What a tick shows. `pausedMs`: how long the pause before it was; 0 for none. `isSetBack`: whether the time of day was. */
export interface Tick {
  readonly pausedMs: number;
  readonly isSetBack: boolean;
}

/** Milliseconds since 1970, without an absence between the two. */
interface Uptime {
  readonly from: number;
  until: number;
}

/**
 * In which time this scheduler could hear joiners. It measures its own absences by comparing both clocks at each tick: a process
 * that is stopped, a blocked event loop, a database that does not answer and a machine that sleeps all make a gap, and so
 * does a time of day that is set.
 */
export class PauseDetector {
  readonly #leaseMs: number;
  /** The newest last; no more of them than it takes to decide. */
  #uptimes: Uptime[] = [];
  #last: Moment | undefined;

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** This scheduler is there, and the database answered since the tick before. */
  tick(moment: Moment): Tick {
    const last = this.#last;
    const current = this.#uptimes.at(-1);
    this.#last = moment;
    if (!last || !current) {
      if (current && lengthOf(current) === 0) this.#uptimes.pop();
      this.#uptimes.push({ from: moment.now, until: moment.now });
      return { pausedMs: 0, isSetBack: false };
    }
    const passedMs = moment.now - last.now;
    const monotonicMs = moment.monotonicNow - last.monotonicNow;
    const isSetBack = passedMs < monotonicMs - LONGEST_GAP_MS;
    const gapMs = Math.max(passedMs, monotonicMs);
    if (isSetBack) {
      // Earlier uptimes have times that are still to come.
      this.#uptimes = [{ from: moment.now, until: moment.now }];
    } else if (gapMs > LONGEST_GAP_MS) {
      current.until += CREDIT_MS;
      this.#uptimes.push({ from: moment.now, until: moment.now });
    } else {
      current.until = moment.now;
    }
    this.#forget();
    return { pausedMs: gapMs > LONGEST_GAP_MS ? gapMs : 0, isSetBack };
  }

  /** The database did not answer: what was renewed since the last tick is not known. */
  miss(): void {
    this.#last = undefined;
  }

  /**
   * Since when a joiner has to be silent for its lease to expire, milliseconds since 1970: for the length of a lease, absences
   * left out, and after an absence for that length once more, so that each joiner first gets a lease's time to report. Undefined
   * where no lease may expire.
   */
  get silentSince(): number | undefined {
    const current = this.#uptimes.at(-1);
    const isSettled = current !== undefined && lengthOf(current) >= this.#leaseMs;
    let missingMs = isSettled ? this.#leaseMs : 2 * this.#leaseMs;
    for (const uptime of this.#uptimes.toReversed()) {
      if (lengthOf(uptime) >= missingMs) return uptime.until - missingMs;
      missingMs -= lengthOf(uptime);
    }
    return undefined;
  }

  #forget(): void {
    let keptMs = 0;
    const first = this.#uptimes.findLastIndex((uptime) => (keptMs += lengthOf(uptime)) >= 2 * this.#leaseMs);
    if (first > 0) this.#uptimes = this.#uptimes.slice(first);
  }
}

function lengthOf({ from, until }: Uptime): number {
  return until - from;
}
