import type { Clock } from '@earshot/kernel';
import { systemClock } from '@earshot/service';

/** Nobody needs to look again sooner than this, however quick the time. */
const SHORTEST_SLEEP_MS = 50;

/** The machine's clock, `factor` times as quick since `since` (milliseconds since 1970): the same in every process. */
export function quickClock({ since, factor }: { since: number; factor: number }): Clock {
  return {
    now: () => since + (systemClock.now() - since) * factor,
    monotonicNow: () => systemClock.monotonicNow() * factor,
    sleep: (ms, signal) => systemClock.sleep(Math.max(SHORTEST_SLEEP_MS, ms / factor), signal),
  };
}
