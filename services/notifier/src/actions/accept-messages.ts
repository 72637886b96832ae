import { isContentError } from '@earshot/db';
import { AppError } from '@earshot/kernel';
import type { Message } from '../domain/delivery.ts';
import type { DeliveryQueue } from '../store/delivery-queues.ts';
import type { NotifierDeps } from './deps.ts';

/**
 * Stores messages in their order, several callers' in one transaction. The queue is locked before positions are given,
 * so that order of position is order of commit within a queue. Answers the queues that were given a message. Throws
 * `invalid-argument`, and keeps none of them, when one can never be stored.
 */
export async function acceptMessages(
  { database, queues, deliveries, erasedBots, clock }: NotifierDeps,
  messages: readonly Message[],
): Promise<DeliveryQueue[]> {
  if (messages.length === 0) return [];
  const now = clock.now();
  const addresses = new Map(messages.map(({ botId, url }) => [key(botId, url), { botId, url, host: hostOf(url) }]));
  const storing = database.transaction(async (tx) => {
    const opened = await queues.open(tx, [...addresses.values()], now);
    // A message about an erased bot is still delivered, and erased right after that.
    const erased = await erasedBots.reschedule(tx, [...new Set(messages.map(({ botId }) => botId))], now);
    const byAddress = new Map(opened.map(({ botId, url, queueId }) => [key(botId, url), queueId]));
    const fresh = messages.flatMap((message) => {
      const queueId = byAddress.get(key(message.botId, message.url));
      return queueId === undefined ? [] : [{ queueId, message, isErased: erased.has(message.botId) }];
    });
    await deliveries.insert(tx, fresh, now);
    return opened.map(({ queueId, host }) => ({ queueId, host }));
  });
  return await storing.catch((error: unknown) => {
    if (!isContentError(error)) throw error;
    const which = messages.length === 1 ? `message ${messages[0]?.messageId}` : `one of ${messages.length} messages`;
    throw new AppError('invalid-argument', `${which} cannot be stored`, { cause: error });
  });
}

function key(botId: string, url: string): string {
  return `${botId} ${url}`;
}

/** What distinguishes one slow endpoint from others. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? '';
}
