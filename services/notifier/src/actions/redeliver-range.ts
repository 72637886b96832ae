import type { DeadRange } from '../store/dead-deliveries.ts';
import type { NotifierDeps } from './deps.ts';
import { reschedule } from './redeliver.ts';

/** In one transaction; more would hold their queues, which others wait for, too long. */
const BATCH = 500;

/**
 * Makes an account's given-up deliveries of a time range due again, batch by batch. Each is met once: one that dies
 * again meanwhile stays dead.
 */
export async function redeliverRange(
  deps: NotifierDeps,
  range: Pick<DeadRange, 'accountId' | 'from' | 'until'>,
): Promise<number> {
  const { database, queues, deliveries, deadDeliveries, clock } = deps;
  let requeued = 0;
  for (let afterPosition = 0; ;) {
    const positions = await deadDeliveries.positions({ ...range, afterPosition, limit: BATCH });
    const last = positions.at(-1);
    if (last === undefined) return requeued;
    afterPosition = last;
    requeued += await database.transaction(async (tx) => {
      await queues.lockOf(tx, positions);
      return reschedule(deps, tx, await deliveries.requeueDead(tx, positions, clock.now()));
    });
  }
}
