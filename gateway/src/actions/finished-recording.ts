import type { Recording } from '@earshot/contract/media/v1/media.ts';
import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError } from '@earshot/kernel';
import type { GatewayDeps } from './deps.ts';

/**
 * The recording of a bot whose visit is over: `none` where nothing was recorded; undefined before, and when its data is erased. That
 * nothing was recorded is known once the bot is done.
 */
export async function finishedRecording(
  { media }: Pick<GatewayDeps, 'media'>,
  bot: Bot,
): Promise<Recording | 'none' | undefined> {
  const isDone = bot.state === 'BOT_STATE_DONE';
  if ((!isDone && bot.state !== 'BOT_STATE_PROCESSING') || bot.erasedAt) return undefined;
  try {
    return await media.getRecording({ botId: bot.botId }, { accountId: bot.accountId });
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return isDone ? 'none' : undefined;
    throw error;
  }
}
