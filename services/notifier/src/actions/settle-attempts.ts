import type { QueueHead } from '../domain/delivery.ts';
import type { Outcome } from '../store/deliveries.ts';
import type { NotifierDeps } from './deps.ts';

/** What a queue's holder reports: the outcome of an attempt, if there was one, and whether it keeps the queue. */
export interface Settlement {
  readonly queueId: number;
  readonly outcome: Outcome | undefined;
  readonly keep: boolean;
  /** The address is disabled: all that is pending in the queue is given up. */
  readonly giveUp?: true;
}

/**
 * Records outcomes of attempts, and answers for each queue the head to try next; undefined: the queue was released.
 * A queue that another instance has claimed meanwhile stays there; the outcome is recorded all the same.
 */
export async function settleAttempts(
  { database, queues, deliveries, endpoints, clock, log }: NotifierDeps,
  instanceId: string,
  settlements: readonly Settlement[],
): Promise<(QueueHead | undefined)[]> {
  const now = clock.now();
  const queueIds = settlements.map(({ queueId }) => queueId);
  const { next, disabled } = await database.transaction(async (tx) => {
    const mine = await queues.lock(tx, queueIds, instanceId);
    const outcomes = settlements.flatMap(({ outcome }) => (outcome ? [outcome] : []));
    await deliveries.settle(tx, outcomes, now);
    const disabled = await endpoints.note(tx, outcomes, now);
    const over = settlements.filter(({ giveUp, queueId }) => giveUp && mine.has(queueId));
    await deliveries.giveUp(
      tx,
      over.map(({ queueId }) => queueId),
      now,
    );
    const going = settlements.filter(({ queueId, keep }) => keep && mine.has(queueId)).map(({ queueId }) => queueId);
    const heads = await queues.advanceOrRelease(tx, { locked: [...mine], going, now });
    return { next: queueIds.map((queueId) => heads.get(queueId)), disabled };
  });
  for (const { accountId, url } of disabled) log.warn('endpoint disabled', { accountId, host: URL.parse(url)?.host });
  return next;
}
