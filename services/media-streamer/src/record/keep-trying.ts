import { backoff, jitter, SECOND, type Clock, type Log } from '@earshot/kernel';

export interface Trying {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Names the work in the log. */
  readonly what: string;
  /** Called after each attempt that failed. */
  readonly onFailure?: (error: unknown) => void;
}

/** Repeats what must not fail until it succeeds; rejects with the signal's reason when that aborts. */
export async function keepTrying<T>(
  work: () => Promise<T>,
  { clock, log, signal, what, onFailure }: Trying,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (attempt === 0) log.warn('trying until it works', { what, error });
      onFailure?.(error);
      await clock.sleep(jitter(backoff(attempt, { baseMs: 100, maxMs: 2 * SECOND })), signal);
    }
  }
}
