import type { SchedulerDeps } from './deps.ts';

/** In one step; more would hold their rows, which others may wait for, too long. */
const STEP = 500;

/**
 * Deletes a step of what has been kept for long enough: tombstones of erased bots, and the keys that bots were ordered by. A
 * bot that is not erased stays, however old it is. Answers whether there may be more.
 */
export async function pruneBots(
  { bots, clock }: Pick<SchedulerDeps, 'bots' | 'clock'>,
  { tombstoneMs, idempotencyKeyMs }: { tombstoneMs: number; idempotencyKeyMs: number },
): Promise<boolean> {
  const now = clock.now();
  const pruned = await bots.prune(STEP, { erasedBefore: now - tombstoneMs });
  const forgotten = await bots.forgetKeys(STEP, { createdBefore: now - idempotencyKeyMs });
  return pruned === STEP || forgotten === STEP;
}
