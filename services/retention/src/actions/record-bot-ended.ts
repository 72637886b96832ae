import type { Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';
import type { RetentionDeps } from './deps.ts';

/**
 * All work on a bot has ended: its erasure may happen. If it was carried out before, because its owner asked, its fact is
 * published here and not sooner: no consumer shall see that the data is gone before it sees that the bot is done.
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
