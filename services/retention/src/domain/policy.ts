import { DAY, HOUR, MINUTE } from '@earshot/kernel';

/** When a bot's data goes, milliseconds since 1970: its hours are counted from the end of the visit. */
export function erasureDueAt({ endedAt, retentionHours }: { endedAt: number; retentionHours: number }): number {
  return endedAt + retentionHours * HOUR;
}

/** Messages are tried for about three days: what the notifier has not accepted by then is never sent. */
const CLOSE_AFTER_MS = 3 * DAY;

/** When what was kept for the last callback of a bot erased at `doneAt` goes at the latest, milliseconds since 1970. */
export function closeAt(doneAt: number): number {
  return doneAt + CLOSE_AFTER_MS;
}

/** How long to wait after a failed try. An owner that is away for a day is asked about every quarter of an hour. */
const delaysMs = [5_000, 15_000, MINUTE, 5 * MINUTE, 15 * MINUTE];

export function retryDelayMs(attempts: number): number {
  return delaysMs[Math.min(attempts, delaysMs.length) - 1] ?? 5_000;
}
