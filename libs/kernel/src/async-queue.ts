/**
 * A queue between one who pushes and one who iterates. Iteration ends after `end()`, or throws what `fail()` was given,
 * once everything pushed before has been taken.
 */
export class AsyncQueue<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #ending: { error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  get length(): number {
    return this.#items.length;
  }

  get ended(): boolean {
    return this.#ending !== undefined;
  }

  /** Adds an item; answers `false` after the end, when it is dropped. */
  push(item: T): boolean {
    if (this.#ending) return false;
    this.#items.push(item);
    this.#wake?.();
    return true;
  }

  end(): void {
    this.#ending ??= {};
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#ending ??= { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.#items.length > 0) yield this.#items.shift() as T;
      if (this.#ending) {
        if ('error' in this.#ending) throw this.#ending.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
