import type { QueueHead } from '../domain/delivery.ts';
import type { Outcome } from '../store/deliveries.ts';
import type { NotifierDeps } from './deps.ts';

/** What a line's holder has to say: what came of an attempt, if there was one, and whether it would go on. */
export interface Settlement {
  readonly queueId: number;
  readonly outcome: Outcome | undefined;
  readonly keep: boolean;
  /** The address is disabled: all that is pending in the line is given up. */
  readonly giveUp?: true;
}

/**
 * Writes down what came of attempts, and answers for each line the head to try next; undefined: the line was let go.
 * A line that another instance has taken meanwhile stays there; what was tried is written down all the same.
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
