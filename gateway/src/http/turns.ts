import { SECOND } from '@earshot/kernel';
import { TooMany } from './too-many.ts';

/** How long a request may wait for its turn. */
const LONGEST_WAIT_MS = 5 * SECOND;
/** How many may wait, for each that may be answered. */
const WAITING_PER_TURN = 8;

interface Waiting {
  readonly weight: number;
  readonly start: () => void;
}

interface Taken {
  weight: number;
  readonly waiting: Waiting[];
}

/**
 * Requests of one account that are being answered at the same time weigh at most `most`; further ones wait for their turn,
 * in their order. Accounts do not wait for each other.
 */
export class Turns {
  readonly #most: number;
  readonly #accounts = new Map<string, Taken>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves when it is the request's turn, with what ends it. Throws `TooMany`, or the reason of the signal. */
  async take(account: string, { weight, signal }: { weight: number; signal: AbortSignal }): Promise<() => void> {
    const taken = this.#accounts.get(account) ?? { weight: 0, waiting: [] };
    this.#accounts.set(account, taken);
    if (taken.waiting.length === 0 && this.#fits(taken, weight)) taken.weight += weight;
    else await this.#wait(taken, { weight, signal });
    return () => {
      taken.weight -= weight;
      for (let next = taken.waiting[0]; next && this.#fits(taken, next.weight); next = taken.waiting[0]) {
        taken.waiting.shift();
        taken.weight += next.weight;
        next.start();
      }
      if (taken.weight === 0) this.#accounts.delete(account);
    };
  }

  /** One that is alone is always taken, whatever it weighs. */
  #fits(taken: Taken, weight: number): boolean {
    return taken.weight === 0 || taken.weight + weight <= this.#most;
  }

  async #wait(taken: Taken, { weight, signal }: { weight: number; signal: AbortSignal }): Promise<void> {
    const tooMany = new TooMany('too many requests of this account at the same time', 1);
    if (taken.waiting.length >= this.#most * WAITING_PER_TURN) throw tooMany;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { weight, start: resolve };
    const giveUp = (reason: unknown) => {
      const at = taken.waiting.indexOf(waiting);
      if (at >= 0) taken.waiting.splice(at, 1);
      reject(reason);
    };
    const gone = () => giveUp(signal.reason);
    const timer = setTimeout(() => giveUp(tooMany), LONGEST_WAIT_MS);
    signal.addEventListener('abort', gone, { once: true });
    taken.waiting.push(waiting);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', gone);
    }
  }
}
