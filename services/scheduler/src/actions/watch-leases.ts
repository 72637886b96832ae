import { SECOND } from '@earshot/kernel';
import { PauseDetector } from '../domain/pause-detector.ts';
import { LEASE_MS } from './claim-bots.ts';
import { expireLeases } from './expire-leases.ts';
import type { SchedulerDeps } from './deps.ts';

/** How often leases are looked at, in milliseconds. */
export const LEASE_WATCH_MS = SECOND;

/**
 * A round of the watch over leases. After the start, and after any time in which this scheduler, or its database, was not
 * there, joiners first get the length of a lease to report: their silence was ours. Answers whether more wait.
 */
export function watchLeases(
  deps: Pick<SchedulerDeps, 'database' | 'bots' | 'messages' | 'outbox' | 'clock' | 'log' | 'wake'>,
): () => Promise<boolean> {
  const { bots, clock, log } = deps;
  const pauses = new PauseDetector(LEASE_MS);
  let wasSetBack = false;
  return async () => {
    const now = clock.now();
    const { pausedMs, isSetBack } = pauses.tick({ now, monotonicNow: clock.monotonicNow() });
    if (pausedMs > 0) log.warn('the scheduler was absent: joiners get a lease to report', { pausedMs });
    wasSetBack ||= isSetBack;
    try {
      if (wasSetBack) {
        log.warn('the time of day was set back: leases end by the new one');
        await bots.boundLeases(now + LEASE_MS);
        wasSetBack = false;
      }
      const { silentSince } = pauses;
      return silentSince !== undefined && (await expireLeases(deps, silentSince));
    } catch (error) {
      pauses.miss();
      throw error;
    }
  };
}
