import { AppError, MINUTE } from '@earshot/kernel';

/** How long to wait: until the signal says so, a minute without one. */
export interface WaitOptions {
  signal?: AbortSignal;
}

/** Lets others wait until something becomes true of a state that changes. */
export interface Changes {
  /** Has every waiter look again. */
  notify(): void;
  /**
   * Resolves with the first value of `look` that is neither undefined nor false. Rejects with `cancelled` or
   * `deadline-exceeded`, and says how things stand.
   */
  until<T>(look: () => T | undefined | false, options?: WaitOptions): Promise<T>;
}

/** `describe` says how things stand. */
export function createChanges(describe = () => 'it did not happen'): Changes {
  const waiters = new Set<() => void>();
  return {
    notify() {
      for (const waiter of [...waiters]) waiter();
    },
    until<T>(look: () => T | undefined | false, { signal = AbortSignal.timeout(MINUTE) }: WaitOptions = {}) {
      return new Promise<T>((resolve, reject) => {
        const finish = () => {
          waiters.delete(check);
          signal.removeEventListener('abort', onAbort);
        };
        const onAbort = () => {
          finish();
          const { code } = AppError.from(signal.reason);
          reject(new AppError(code, `waited in vain: ${describe()}`, { cause: signal.reason }));
        };
        const check = () => {
          const value = look();
          if (value === undefined || value === false) return;
          finish();
          resolve(value);
        };
        if (signal.aborted) {
          onAbort();
          return;
        }
        signal.addEventListener('abort', onAbort, { once: true });
        waiters.add(check);
        check();
      });
    },
  };
}
