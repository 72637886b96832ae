import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError } from '@earshot/kernel';
import type { GatewayDeps } from './deps.ts';

/** A bot whose data is there. Throws `not-found` where it is erased, and what `GetBot` throws. */
export async function findKept(
  { scheduler }: Pick<GatewayDeps, 'scheduler'>,
  about: { readonly botId: string; readonly accountId: string },
): Promise<Bot> {
  const bot = await scheduler.getBot(about);
  if (bot.erasedAt) throw new AppError('not-found', 'the data of this bot has been deleted');
  return bot;
}
