import { forgetSetAside } from '@earshot/db';
import type { BotId } from '@earshot/kernel';
import { subjectsOf } from '../domain/subjects.ts';
import type { ComposerDeps } from './deps.ts';

/** Working files that one call deleted, and all calls together. */
export interface ErasedFiles {
  readonly deleted: number;
  readonly total: number;
}

/**
 * Ends and forgets everything about a bot: what is made of it stops, its working files go, and nothing is made of it any more. The facts,
 * which carry nobody's words, go once that `isFinal`.
 */
export async function eraseBot(
  deps: Omit<ComposerDeps, 'orderOf' | 'recordingOf' | 'outbox'>,
  botId: BotId,
  { isFinal }: { isFinal: boolean },
): Promise<ErasedFiles> {
  const { compositions, erased } = deps;
  const subjects = subjectsOf(botId);
  await deps.database.transaction(async (tx) => {
    await erased.lockBot(tx, botId);
    await erased.mark(tx, botId, deps.clock.now());
    await compositions.deleteOf(tx, botId);
    await deps.liveVideos.deleteOf(tx, botId);
    await forgetSetAside(tx, botId);
    if (isFinal) await deps.withdraw(tx, subjects);
  });
  const found = await deps.removeFiles(botId);
  await deps.stopJobs(botId);
  // What was written until it stopped.
  const deleted = found + (await deps.removeFiles(botId));
  const total = await erased.count(botId, deleted);
  if (isFinal) await deps.forget(subjects);
  return { deleted, total };
}
