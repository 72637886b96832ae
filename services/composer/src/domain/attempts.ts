import { backoff, isRetryable, MINUTE, SECOND, type ErrorCode } from '@earshot/kernel';

const MAX_ATTEMPTS = 5;

/** Whether an attempt that was counted at its beginning may begin: one that kills its process is not made for ever. */
export const mayBegin = (attempt: number): boolean => attempt <= MAX_ATTEMPTS;

/** When to try again, milliseconds from now; undefined: it has failed. */
export function retryDelayMs(code: ErrorCode, attempt: number): number | undefined {
  if (attempt >= MAX_ATTEMPTS || !isRetryable(code)) return undefined;
  return backoff(attempt - 1, { baseMs: 2 * SECOND, maxMs: 2 * MINUTE });
}
