/** How many sessions a visit may have open: each costs money, and providers bound how many there are. */
export class SessionSlots {
  readonly #limit: number;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether somebody waits for a session of another track to end. */
  get isWanted(): boolean {
    return this.#waiting.size > 0;
  }

  /** Resolves with what releases the slot, or with undefined once the signal aborts. Whoever came first is first. */
  async take(signal: AbortSignal): Promise<(() => void) | undefined> {
    while (this.#taken >= this.#limit && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
    if (signal.aborted) return undefined;
    this.#taken += 1;
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      this.#taken -= 1;
      const [next] = this.#waiting;
      next?.();
    };
  }
}
