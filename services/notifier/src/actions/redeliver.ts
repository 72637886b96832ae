import type { BotId } from '@earshot/kernel';
import type { NotifierDeps } from './deps.ts';

/**
 * Makes given-up deliveries of a bot due again, or those named, also delivered ones. They come before whatever was
 * stored after them, and an address that had been disabled is used again. Erased ones cannot return.
 */
export async function redeliver(
  { database, lines, deliveries, clock }: NotifierDeps,
  { botId, messageIds }: { botId: BotId; messageIds: readonly string[] },
): Promise<number> {
  const now = clock.now();
  return database.transaction(async (tx) => {
    await lines.lockBot(tx, botId);
    const requeued = await deliveries.requeue(tx, botId, { messageIds, now });
    await lines.reopen(tx, [...new Set(requeued)]);
    return requeued.length;
  });
}
