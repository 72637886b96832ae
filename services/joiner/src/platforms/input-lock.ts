/**
 * A page has one keyboard and one pointer: a press takes the keys that are being typed elsewhere. What has to be done
 * as a whole waits for its turn; what the next look does as well is left while they are in use.
 */
export class InputLock {
  #lastTurn: Promise<unknown> = Promise.resolve();
  #turns = 0;

  get isFree(): boolean {
    return this.#turns === 0;
  }

  /** Runs when all that came before is done, however that went. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    this.#turns += 1;
    const turn = this.#lastTurn.then(work, work).finally(() => (this.#turns -= 1));
    this.#lastTurn = turn;
    return turn;
  }

  /** Runs at once, or answers `otherwise`. */
  async ifFree<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    return this.isFree ? this.take(work) : otherwise;
  }
}
