import type { RetentionDeps } from './deps.ts';

/** In one step; more would hold their rows, which others may wait for, too long. */
const STEP = 500;

/** Deletes a step of the erasures that were carried out long ago. Answers whether there may be more. */
export async function pruneErasures(
  { erasures, clock, isClockRight }: Pick<RetentionDeps, 'erasures' | 'clock' | 'isClockRight'>,
  { tombstoneMs }: { tombstoneMs: number },
): Promise<boolean> {
  if (!(await isClockRight())) return false;
  return (await erasures.prune(STEP, { doneBefore: clock.now() - tombstoneMs })) === STEP;
}
