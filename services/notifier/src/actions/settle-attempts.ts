import type { Head } from '../domain/delivery.ts';
import type { Outcome } from '../store/deliveries.ts';
import type { NotifierDeps } from './deps.ts';

/** What a line's holder has to say: what came of an attempt, if there was one, and whether it would go on. */
export interface Settlement {
  readonly lineId: number;
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
  { database, lines, deliveries, endpoints, clock, log }: NotifierDeps,
  instanceId: string,
  settlements: readonly Settlement[],
): Promise<(Head | undefined)[]> {
  const now = clock.now();
  const lineIds = settlements.map(({ lineId }) => lineId);
  const { next, disabled } = await database.transaction(async (tx) => {
    const mine = await lines.lock(tx, lineIds, instanceId);
    const outcomes = settlements.flatMap(({ outcome }) => (outcome ? [outcome] : []));
    await deliveries.settle(tx, outcomes, now);
    const disabled = await endpoints.note(tx, outcomes, now);
    const over = settlements.filter(({ giveUp, lineId }) => giveUp && mine.has(lineId));
    await deliveries.giveUp(
      tx,
      over.map(({ lineId }) => lineId),
      now,
    );
    const going = settlements.filter(({ lineId, keep }) => keep && mine.has(lineId)).map(({ lineId }) => lineId);
    const heads = await lines.goOn(tx, { locked: [...mine], going, now });
    return { next: lineIds.map((lineId) => heads.get(lineId)), disabled };
  });
  for (const { accountId, url } of disabled) log.warn('endpoint disabled', { accountId, host: URL.parse(url)?.host });
  return next;
}
