import { HOUR, MINUTE } from '@earshot/kernel';

/** When a bot's data goes, milliseconds since 1970: its hours are counted from the end of the visit. */
export function erasureDueAt({ endedAt, retentionHours }: { endedAt: number; retentionHours: number }): number {
  return endedAt + retentionHours * HOUR;
}

/** How long to wait after a failed try. An owner that is away for a day is asked about every quarter of an hour. */
const delaysMs = [5_000, 15_000, MINUTE, 5 * MINUTE, 15 * MINUTE];

export function retryDelayMs(attempts: number): number {
  return delaysMs[Math.min(attempts, delaysMs.length) - 1] ?? 5_000;
}
