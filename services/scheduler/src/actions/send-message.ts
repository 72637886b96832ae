import { randomUUID } from 'node:crypto';
import { AppError, platformOf, type BotId, type Scope } from '@earshot/kernel';
import { isOver } from '../domain/bot-state.ts';
import { checkOwner } from '../domain/check-owner.ts';
import type { SchedulerDeps } from './deps.ts';

/** Waiting messages of one bot. Nobody reads more, and a caller in a loop fills no table. */
const MAX_WAITING = 100;

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
    const { longestMessage } = platformOf(platform);
    if (text === '' || text.length > longestMessage)
      throw new AppError('invalid-argument', `message: must have 1 to ${longestMessage} characters on ${platform}`);
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
