import { setImmediate } from 'node:timers/promises';

/** How long work that can be divided keeps the event loop at a time: a quarter of the time in which live audio is due. */
const TURN_MS = 5;

let queue: Promise<unknown> = Promise.resolve();

/**
 * Divides long work: whoever does it asks after each step whether its turn is over. All such work of a process takes turns, one in each
 * round of the event loop, so that many at once hold up the rest no longer than one.
 */
export class WorkTurns {
  #endsAt = 0;

  /** Resolves at once while the turn lasts, else when the next one begins. */
  async next(): Promise<void> {
    if (performance.now() < this.#endsAt) return;
    await (queue = queue.then(() => setImmediate()));
    this.#endsAt = performance.now() + TURN_MS;
  }
}
