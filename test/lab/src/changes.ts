import { AppError } from '@earshot/kernel';

/** How long to wait: until the signal says so, for ever without one. */
export interface WaitOptions {
  signal?: AbortSignal;
}

/** Lets others wait until something becomes true of a state that changes. */
export interface Changes {
  /** Has every waiter look again. */
  notify(): void;
  /** Resolves with the first value of `look` that is neither undefined nor false; rejects with `cancelled` or `deadline-exceeded`. */
  until<T>(look: () => T | undefined | false, options?: WaitOptions): Promise<T>;
}

export function createChanges(): Changes {
  const waiters = new Set<() => void>();
  return {
    notify() {
      for (const waiter of [...waiters]) waiter();
    },
    until<T>(look: () => T | undefined | false, { signal }: WaitOptions = {}) {
      return new Promise<T>((resolve, reject) => {
        const finish = () => {
          waiters.delete(check);
          signal?.removeEventListener('abort', onAbort);
        };
        const onAbort = () => {
          finish();
          reject(AppError.from(signal?.reason));
        };
        const check = () => {
          const value = look();
          if (value === undefined || value === false) return;
          finish();
          resolve(value);
        };
        if (signal?.aborted) {
          onAbort();
          return;
        }
        signal?.addEventListener('abort', onAbort, { once: true });
        waiters.add(check);
        check();
      });
    },
  };
}
