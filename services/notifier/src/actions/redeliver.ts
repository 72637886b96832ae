import type { AccountId, BotId } from '@earshot/kernel';
import type { Tx } from '@earshot/db';
import type { Requeued } from '../store/deliveries.ts';
import type { NotifierDeps } from './deps.ts';

/**
 * Makes given-up deliveries of a bot due again, or those named, also delivered ones. They come before whatever was
 * stored after them, and an address that had been disabled is used again. Erased ones cannot return.
 */
export async function redeliver(
  deps: NotifierDeps,
  { botId, accountId, messageIds }: { botId: BotId; accountId: AccountId; messageIds: readonly string[] },
): Promise<number> {
  const { database, queues, deliveries, clock } = deps;
  const now = clock.now();
  return database.transaction(async (tx) => {
    await queues.lockBot(tx, botId);
    return reschedule(deps, tx, await deliveries.requeue(tx, botId, { accountId, messageIds, now }));
  });
}

/** Makes the queues of requeued deliveries due and uses their addresses again; answers how many deliveries there are. */
export async function reschedule(
  { queues, endpoints }: Pick<NotifierDeps, 'queues' | 'endpoints'>,
  tx: Tx,
  requeued: readonly Requeued[],
): Promise<number> {
  await queues.reschedule(tx, [...new Set(requeued.map(({ queueId }) => queueId))]);
  await endpoints.enable(requeued, tx);
  return requeued.length;
}
