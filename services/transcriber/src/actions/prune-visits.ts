import type { TranscriberDeps } from './deps.ts';

/** In one step; more would hold their rows, which others may wait for, too long. */
const STEP = 500;

/** Deletes a step of the visits that were over long ago, and of which nothing else is left. Returns whether there may be more. */
export async function pruneVisits(
  { visits, clock }: Pick<TranscriberDeps, 'visits' | 'clock'>,
  { tombstoneMs }: { tombstoneMs: number },
): Promise<boolean> {
  return (await visits.prune(STEP, { overBefore: clock.now() - tombstoneMs })) === STEP;
}
