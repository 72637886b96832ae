import type { Clock } from './clock.ts';
import { AppError } from './errors.ts';

export interface TimeoutOptions {
  /** How long to wait, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends the wait at once, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whose milliseconds; real ones by default. */
  readonly clock?: Pick<Clock, 'sleep'>;
  /** What it is rejected with when the time is up: `deadline-exceeded` by default. */
  readonly toError?: () => Error;
}

/**
 * The promise's outcome, if it comes in time. Only the waiting ends: the work goes on, and how it ends concerns nobody then.
 * Throws what the promise throws, what `toError` makes when the time is up, or the signal's reason as soon as that aborts.
 */
export async function withTimeout<T>(promise: Promise<T>, options: TimeoutOptions): Promise<T> {
  const { timeoutMs, signal, clock, toError = () => new AppError('deadline-exceeded', 'no answer in time') } = options;
  const limit = Promise.withResolvers<never>();
  const over = new AbortController();
  const expire = () => limit.reject(toError());
  const onAbort = () => limit.reject(signal?.reason);
  const timer = clock ? undefined : setTimeout(expire, timeoutMs);
  clock?.sleep(timeoutMs, over.signal).then(expire, () => {});
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, limit.promise]);
  } finally {
    clearTimeout(timer);
    over.abort();
    signal?.removeEventListener('abort', onAbort);
    // Whoever loses the race may still fail; nobody is waiting for that any more.
    promise.catch(() => {});
    limit.promise.catch(() => {});
  }
}
