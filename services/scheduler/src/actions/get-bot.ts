import { AppError, type BotId, type Scope, type TranscriptId } from '@earshot/kernel';
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

/** The bot that was ordered with this transcript. Throws as `getBot`. */
export async function getBotOfTranscript(
  { bots }: Pick<SchedulerDeps, 'bots'>,
  { transcriptId, scope }: { transcriptId: TranscriptId; scope: Scope },
): Promise<Bot> {
  const bot = await bots.findByTranscript(transcriptId);
  if (!bot) throw new AppError('not-found', 'no such transcript', { fields: { transcriptId } });
  checkOwner(bot, scope);
  return bot;
}
