import type { ComposerDeps } from './deps.ts';

/** In one step; more would hold their rows, which others may wait for, too long. */
const STEP = 500;

/** Deletes a step of what is left of bots that were erased long ago. Answers whether there may be more. */
export async function pruneErased(
  { erased, clock }: Pick<ComposerDeps, 'erased' | 'clock'>,
  { tombstoneMs }: { tombstoneMs: number },
): Promise<boolean> {
  return (await erased.prune(STEP, { erasedBefore: clock.now() - tombstoneMs })) === STEP;
}
