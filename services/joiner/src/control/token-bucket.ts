import { SECOND, type Clock } from '@earshot/kernel';

export interface TokenBucketOptions {
  /** How much comes back in a second. */
  readonly perSecond: number;
  /** How much may be taken at once after a rest. */
  readonly burst: number;
  readonly clock: Pick<Clock, 'monotonicNow'>;
}

/** How much of something may still be used. */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  #left: number;
  #at: number;

  constructor(options: TokenBucketOptions) {
    this.#options = options;
    this.#left = options.burst;
    this.#at = options.clock.monotonicNow();
  }

  /** Takes so much; false, and takes nothing, where there is not so much left. */
  take(amount = 1): boolean {
    const { perSecond, burst, clock } = this.#options;
    const now = clock.monotonicNow();
    this.#left = Math.min(burst, this.#left + ((now - this.#at) * perSecond) / SECOND);
    this.#at = now;
    if (this.#left < amount) return false;
    this.#left -= amount;
    return true;
  }
}
