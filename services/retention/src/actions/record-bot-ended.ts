import type { Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';
import type { RetentionDeps } from './deps.ts';

/**
 * The end of all work on a bot was heard: its erasure may happen. If it was carried out before, because its owner asked, that
 * is said here and not sooner: nobody shall hear that the data is gone before they hear that the bot is done.
 */
export async function recordBotEnded(
  { erasures, outbox, wake }: Pick<RetentionDeps, 'erasures' | 'outbox' | 'wake'>,
  tx: Tx,
  botId: BotId,
): Promise<void> {
  const erasure = await erasures.lock(tx, botId);
  if (!erasure || erasure.isEndAnnounced) return;
  await erasures.settle(tx, botId, { isEndAnnounced: true });
  const { doneAt: at, deletedObjects } = erasure;
  if (at === undefined) return;
  await outbox.append(tx, [{ kind: 'erasure-done', botId, at, deletedObjects }]);
  wake();
}
