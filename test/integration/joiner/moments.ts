/** Lets a test await a change instead of sleeping for it. */
export interface Moments {
  notify(): void;
  /** The first value of `look` that is neither undefined nor false, looked for after each change. */
  until<T>(look: () => T | undefined | false, what: string, timeoutMs?: number): Promise<T>;
}

export function createMoments(): Moments {
  const waiting = new Set<() => void>();
  return {
    notify() {
      for (const check of [...waiting]) check();
    },
    until<T>(look: () => T | undefined | false, what: string, timeoutMs = 60_000) {
      return new Promise<T>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`did not happen in ${timeoutMs} ms: ${what}`));
        }, timeoutMs);
        // Whoever gave up waiting is not held up by what they waited for.
        timer.unref();
        const check = () => {
          const value = look();
          if (value === undefined || value === false) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve(value);
        };
        waiting.add(check);
        check();
      });
    },
  };
}
