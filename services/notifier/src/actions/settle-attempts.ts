import type { Head } from '../domain/delivery.ts';
import type { Outcome } from '../store/deliveries.ts';
import type { NotifierDeps } from './deps.ts';

/** What a line's holder has to say: what came of an attempt, if there was one, and whether it would go on. */
export interface Settlement {
  readonly lineId: number;
  readonly outcome: Outcome | undefined;
  readonly keep: boolean;
}

/**
 * Writes down what came of attempts, and answers for each line the head to try next; undefined: the line was let go.
 * A line that another instance has taken meanwhile stays there; what was tried is written down all the same.
 */
export async function settleAttempts(
  { database, lines, deliveries, clock }: NotifierDeps,
  instanceId: string,
  settlements: readonly Settlement[],
): Promise<(Head | undefined)[]> {
  const now = clock.now();
  const lineIds = settlements.map(({ lineId }) => lineId);
  return database.transaction(async (tx) => {
    const mine = await lines.lock(tx, lineIds, instanceId);
    const outcomes = settlements.flatMap(({ outcome }) => (outcome ? [outcome] : []));
    await deliveries.settle(tx, outcomes, now);
    const refused = settlements.filter(({ outcome }) => outcome?.verdict.state === 'dead' && outcome.verdict.disable);
    const disabled = refused.map(({ lineId }) => lineId);
    await deliveries.giveUp(tx, disabled, now);
    await lines.disable(tx, disabled, now);
    const going = settlements.filter(({ lineId, keep }) => keep && mine.has(lineId)).map(({ lineId }) => lineId);
    const heads = await deliveries.heads(going, tx);
    const next = (lineId: number) => {
      const head = heads.get(lineId);
      return head && head.dueAt <= now ? head : undefined;
    };
    await lines.release(
      tx,
      lineIds.filter((lineId) => mine.has(lineId) && !next(lineId)),
    );
    return lineIds.map(next);
  });
}
