import { DAY, HOUR, jitter, MINUTE, SECOND } from '@earshot/kernel';

/**
 * How long to wait before each attempt; attempts = length. Twelve attempts in 73.6 hours: the example schedule of
 * Standard Webhooks 1.0.0 (75.6 hours), with two quick ones in front, because most failures are a receiver restarting.
 */
export const retrySchedule: readonly number[] = [
  0,
  1 * SECOND,
  5 * SECOND,
  30 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  18 * HOUR,
  24 * HOUR,
];

/** A Retry-After up to this is honoured even where the schedule's own delay is far shorter. */
const ALWAYS_HONOURED_MS = MINUTE;

/**
 * The wait after attempt number `tries`, in milliseconds; undefined after the last. The schedule's delay +-20 %, or
 * what the receiver asked for, if that is later: up to twice the delay (at least a minute), never more than a day.
 */
export function nextDelay(
  schedule: readonly number[],
  options: { tries: number; retryAfterMs?: number | undefined; random?: () => number },
): number | undefined {
  const delayMs = schedule[options.tries];
  if (delayMs === undefined) return undefined;
  const own = jitter(delayMs, options.random);
  const longest = Math.min(Math.max(2 * delayMs, ALWAYS_HONOURED_MS), DAY);
  return Math.max(own, Math.min(options.retryAfterMs ?? 0, longest));
}

/** Reads a Retry-After header (RFC 9110, 10.2.3): seconds or an HTTP date. Undefined when it is neither. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * SECOND;
  // Date.parse reads much more than HTTP dates, a bare "-5" among it.
  const at = /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
