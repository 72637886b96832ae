import { AppError, type AccountId, type BotId } from '@earshot/kernel';
import type { Bot } from '../domain/bot.ts';
import { checkOwner } from '../domain/check-owner.ts';
import type { SchedulerDeps } from './deps.ts';

/** A bot its owner asks for. Without an account, asked by another service. */
export async function getBot(
  { bots }: Pick<SchedulerDeps, 'bots'>,
  { botId, accountId }: { botId: BotId; accountId: AccountId | undefined },
): Promise<Bot> {
  const bot = await bots.find(botId);
  if (!bot) throw new AppError('not-found', 'no such bot', { fields: { botId } });
  checkOwner(bot, accountId);
  return bot;
}
