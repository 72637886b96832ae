import { AppError, MINUTE, SECOND } from '@earshot/kernel';

/**
 * When a fact that failed alone is tried again: soon, since a peer may just have been started, then rarer for an hour. What
 * fails then waits for an operator.
 */
const AGAIN_MS = [SECOND, 5 * SECOND, 30 * SECOND, 5 * MINUTE, 30 * MINUTE] as const;
/** A reason that may pass by itself is looked at again for ever, this often at last. */
const RAREST_MS = MINUTE;

const passing: ReadonlySet<string> = new Set(['unavailable', 'deadline-exceeded', 'cancelled']);

/** Whether a failure likely concerns all facts, and passes: a database or a peer is away. Any other may be the fact's own. */
export function isPassing(error: unknown): boolean {
  return passing.has(AppError.from(error).code);
}

/** What is kept of a failure. A cause that is the database's is more precise than our code. */
export function reasonOf(caught: unknown): string {
  const error = AppError.from(caught);
  const reported = error.code === 'internal' && error.cause instanceof Error ? error.cause : error;
  return `${error.code}: ${reported.message}`;
}

/** When a fact is to be tried again that has failed alone so often; undefined: when an operator retries it. */
export function nextTryAt(error: unknown, { tries, now }: { tries: number; now: number }): number | undefined {
  const wait = AGAIN_MS[tries - 1];
  if (isPassing(error)) return now + Math.min(wait ?? RAREST_MS, RAREST_MS);
  return wait === undefined ? undefined : now + wait;
}
