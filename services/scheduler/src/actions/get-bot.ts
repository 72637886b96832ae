import { AppError, type BotId, type Scope } from '@earshot/kernel';
import type { Bot } from '../domain/bot.ts';
import { checkOwner } from '../domain/check-owner.ts';
import type { SchedulerDeps } from './deps.ts';

/** A bot, for who may see it. Throws `not-found`, and `permission-denied` beyond the scope. */
export async function getBot(
  { bots }: Pick<SchedulerDeps, 'bots'>,
  { botId, scope }: { botId: BotId; scope: Scope },
): Promise<Bot> {
  const bot = await bots.find(botId);
  if (!bot) throw new AppError('not-found', 'no such bot', { fields: { botId } });
  checkOwner(bot, scope);
  return bot;
}
