import { forgetSetAside, type Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';
import type { Bot } from '../domain/bot.ts';
import { tombstone } from '../domain/tombstone.ts';
import type { SchedulerDeps } from './deps.ts';

/**
 * Reduces a bot whose data is gone to its tombstone; the first `erasedAt` stays. Throws `not-found` for an unknown
 * bot.
 */
export async function markErased(
  { bots, messages }: Pick<SchedulerDeps, 'bots' | 'messages'>,
  tx: Tx,
  { botId, at, isFinal }: { botId: BotId; at: number; isFinal: boolean },
): Promise<Bot> {
  const bot = await bots.lock(tx, botId);
  if (bot.erasedAt !== undefined && !(isFinal && bot.lastCallback)) return bot;
  const erased = tombstone(bot, { at, isFinal });
  await bots.save(tx, erased);
  await forgetSetAside(tx, botId);
  await messages.dropAllOf(tx, botId);
  return erased;
}
