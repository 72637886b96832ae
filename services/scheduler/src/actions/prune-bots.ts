import { DAY } from '@earshot/kernel';
import type { SchedulerDeps } from './deps.ts';

/** In one step; more would hold their rows, which others may wait for, too long. */
const STEP = 500;

/** A joiner that was not heard of for so long is gone: with each start it is another one. */
const JOINER_MS = DAY;

/**
 * Deletes a step of what has been kept for long enough: tombstones of erased bots, the keys that bots were ordered by, and joiners
 * that are gone. A
 * bot that is not erased stays, however old it is. Answers whether there may be more.
 */
export async function pruneBots(
  { bots, joiners, clock }: Pick<SchedulerDeps, 'bots' | 'joiners' | 'clock'>,
  { tombstoneMs, idempotencyKeyMs }: { tombstoneMs: number; idempotencyKeyMs: number },
): Promise<boolean> {
  const now = clock.now();
  const pruned = await bots.prune(STEP, { erasedBefore: now - tombstoneMs });
  const forgotten = await bots.forgetKeys(STEP, { createdBefore: now - idempotencyKeyMs });
  const gone = await joiners.prune(STEP, { seenBefore: now - JOINER_MS });
  return [pruned, forgotten, gone].includes(STEP);
}
