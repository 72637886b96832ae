import { SECOND } from '@earshot/kernel';

/** A joiner whose stream broke comes back within this time, unless it reported that it has more to send. */
const GRACE_MS = 3 * SECOND;
/** The row of a session that another process may hold is written every two seconds. */
const FOREIGN_GRACE_MS = 10 * SECOND;
/** A stream that is open after the end of its visit has this long to finish. */
const OPEN_GRACE_MS = 60 * SECOND;

/** A visit that is over and whose recording is not finished. Times are milliseconds since 1970. */
export interface EndedVisit {
  readonly endedAt: number;
  /** Until when its joiner sends what is left; undefined where it has nothing more. */
  readonly pendingUntil: number | undefined;
  /** When its row was written last. */
  readonly updatedAt: number;
  /** How its joiner sends it: by a stream to this process, open or gone; to none, as far as is known; nothing ever came. */
  readonly stream: 'open' | { readonly goneSince: number } | 'unknown' | 'never';
}

/** Whether nothing more is expected of a visit's joiner. */
export function isGivenUp({ endedAt, pendingUntil = endedAt, updatedAt, stream }: EndedVisit, now: number): boolean {
  if (stream === 'open') return now - endedAt >= OPEN_GRACE_MS;
  if (now < pendingUntil) return false;
  if (stream === 'never') return now - endedAt >= GRACE_MS;
  if (stream === 'unknown') return now - endedAt >= GRACE_MS && now - updatedAt >= FOREIGN_GRACE_MS;
  return now - Math.max(endedAt, stream.goneSince) >= GRACE_MS;
}
