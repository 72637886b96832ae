import { randomUUID } from 'node:crypto';
import { AppError, type BotId, type Scope } from '@earshot/kernel';
import type { Platform } from '../domain/bot.ts';
import { isOver } from '../domain/bot-state.ts';
import { checkOwner } from '../domain/check-owner.ts';
import type { SchedulerDeps } from './deps.ts';

/** Waiting messages of one bot. Nobody reads more, and a caller in a loop fills no table. */
const MAX_WAITING = 100;
/** Characters of one message. Where the joiner's adapter knows its platform's limit it is that one; what is longer would be cut. */
const longest: Readonly<Record<Platform, number>> = { web: 2000, 'google-meet': 500, zoom: 1024, teams: 2000 };

/** Stores what the bot is to write into its meeting's chat; the command is repeated with each heartbeat until it is sent. */
export async function sendMessage(
  deps: Pick<SchedulerDeps, 'database' | 'bots' | 'messages' | 'wake'>,
  { botId, scope, text }: { botId: BotId; scope: Scope; text: string },
): Promise<string> {
  const messageId = randomUUID();
  await deps.database.transaction(async (tx) => {
    const bot = await deps.bots.lock(tx, botId);
    checkOwner(bot, scope);
    const { platform } = bot.spec;
    if (text === '' || text.length > longest[platform])
      throw new AppError('invalid-argument', `message: must have 1 to ${longest[platform]} characters on ${platform}`);
    if (isOver(bot.state) || bot.state === 'leaving')
      throw new AppError('failed-precondition', 'the bot has left its meeting', { fields: { botId } });
    if ((await deps.messages.count(tx, botId)) >= MAX_WAITING)
      throw new AppError('resource-exhausted', `${MAX_WAITING} messages of this bot are waiting`, {
        fields: { botId },
      });
    await deps.messages.add(tx, { messageId, botId, text });
  });
  deps.wake();
  return messageId;
}
