import { forgetSetAside, type Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';
import type { Bot } from '../domain/bot.ts';
import type { SchedulerDeps } from './deps.ts';

/** A bot whose data is gone says so, since the first time it was told. Throws `not-found` for an unknown bot. */
export async function markErased(
  { bots }: Pick<SchedulerDeps, 'bots'>,
  tx: Tx,
  { botId, at }: { botId: BotId; at: number },
): Promise<Bot> {
  const bot = await bots.lock(tx, botId);
  if (bot.erasedAt !== undefined) return bot;
  const erased = { ...bot, erasedAt: at };
  await bots.save(tx, erased);
  await forgetSetAside(tx, botId);
  return erased;
}
