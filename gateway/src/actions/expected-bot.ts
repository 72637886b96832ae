import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError } from '@earshot/kernel';
import type { GatewayDeps } from './deps.ts';

/**
 * The bot whose transcript is still to come: ordered, and not begun. Undefined where there will be none: an id of nobody's, a
 * visit without anything to transcribe that is over, and deleted data. Throws `permission-denied` for another account's.
 */
export async function expectedBot(
  { scheduler }: Pick<GatewayDeps, 'scheduler'>,
  { transcriptId, accountId }: { transcriptId: string; accountId: string },
): Promise<Bot | undefined> {
  const bot = await scheduler.getBotOfTranscript({ transcriptId }, { accountId }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not-found') return undefined;
    throw error;
  });
  const isOver = bot?.state === 'BOT_STATE_DONE' || bot?.state === 'BOT_STATE_FAILED';
  return bot && !isOver && !bot.erasedAt ? bot : undefined;
}
