import type { MediaDeps } from './deps.ts';

/** In one step; more would hold their rows, which others may wait for, too long. */
const STEP = 500;

/** Deletes a step of what is left of recordings that were erased long ago. Answers whether there may be more. */
export async function pruneRecordings(
  { recordings, clock }: Pick<MediaDeps, 'recordings' | 'clock'>,
  { tombstoneMs }: { tombstoneMs: number },
): Promise<boolean> {
  return (await recordings.prune(STEP, { erasedBefore: clock.now() - tombstoneMs })) === STEP;
}
