import { metrics } from '@opentelemetry/api';
import { MINUTE, SECOND, type Clock, type Log } from '@earshot/kernel';

/** How far our time may be from the database's. */
const TOLERANCE_MS = MINUTE;
/** An answer is reused until our time has moved further than this. */
const FRESH_MS = SECOND;

export interface ClockWatchOptions {
  readonly clock: Clock;
  /** The database's time, milliseconds since 1970. */
  readonly databaseTime: () => Promise<number>;
  readonly log: Log;
  /** Called each time the answer changes. */
  readonly onChange: (isRight: boolean) => void;
}

/** Asks the database for the time: whoever deletes by a clock that is wrong deletes everything. */
export function createClockWatch({ clock, databaseTime, log, onChange }: ClockWatchOptions): () => Promise<boolean> {
  const gauge = metrics.getMeter('earshot.retention').createGauge('earshot.retention.clock.offset', {
    description: "How far the service's clock is ahead of its database's; nothing is erased beyond a minute",
    unit: 's',
  });
  let isRight = true;
  let lookedAt = -Infinity;
  return async () => {
    const before = clock.now();
    if (before >= lookedAt && before - lookedAt < FRESH_MS) return isRight;
    const there = await databaseTime();
    const offsetMs = (before + clock.now()) / 2 - there;
    gauge.record(offsetMs / SECOND);
    const wasRight = isRight;
    lookedAt = before;
    isRight = Math.abs(offsetMs) <= TOLERANCE_MS;
    if (isRight === wasRight) return isRight;
    if (isRight) log.info('the clock agrees with the database again: erasing goes on', { offsetMs });
    else log.error("the clock is not the database's: nothing is erased", { offsetMs, toleranceMs: TOLERANCE_MS });
    onChange(isRight);
    return isRight;
  };
}
