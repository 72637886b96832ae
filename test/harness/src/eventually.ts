/** Something that tells its watchers whenever it has changed, and lets them wait for what they want to see. */
export class Watched {
  readonly #watchers = new Set<() => void>();

  /** Call after every change. */
  changed(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Resolves with the first answer of `look` that is neither undefined nor false; rejects when the signal aborts. */
  until<T>(look: () => T | undefined | false, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const seen = look();
        if (seen === undefined || seen === false) return;
        finish();
        resolve(seen);
      };
      const abort = () => {
        finish();
        reject(signal.reason);
      };
      const finish = () => {
        this.#watchers.delete(check);
        signal.removeEventListener('abort', abort);
      };
      if (signal.aborted) return reject(signal.reason);
      this.#watchers.add(check);
      signal.addEventListener('abort', abort);
      check();
    });
  }
}

/** Repeats a question until it is answered; for what can only be asked, such as another process's API. */
export async function eventually<T>(
  ask: () => Promise<T | undefined | false>,
  { signal, everyMs = 100 }: { signal: AbortSignal; everyMs?: number },
): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
