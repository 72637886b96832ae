import { randomUUID } from 'node:crypto';
import { AppError, type AccountId, type BotId } from '@earshot/kernel';
import { isOver } from '../domain/bot-state.ts';
import type { SchedulerDeps } from './deps.ts';

/** Of one bot. Nobody reads more, and a caller in a loop fills no table. */
const MAX_WAITING = 100;
/** What the platforms' chats take in one message (Google Meet: 500 to 2000 by client). */
const MAX_CHARACTERS = 2000;

/** Stores what the bot is to write into its meeting's chat; it is ordered with each heartbeat until it was said. */
export async function sendMessage(
  deps: Pick<SchedulerDeps, 'database' | 'bots' | 'messages' | 'nudge'>,
  { botId, accountId, text }: { botId: BotId; accountId: AccountId | undefined; text: string },
): Promise<string> {
  if (text === '' || text.length > MAX_CHARACTERS)
    throw new AppError('invalid-argument', `a message has 1 to ${MAX_CHARACTERS} characters`);
  const messageId = randomUUID();
  await deps.database.transaction(async (tx) => {
    const bot = await deps.bots.lock(tx, botId);
    if (accountId && bot.accountId !== accountId)
      throw new AppError('permission-denied', 'the bot belongs to another account', { fields: { botId } });
    if (isOver(bot.state) || bot.state === 'leaving')
      throw new AppError('failed-precondition', 'the bot has left its meeting', { fields: { botId } });
    if ((await deps.messages.count(tx, botId)) >= MAX_WAITING)
      throw new AppError('resource-exhausted', `${MAX_WAITING} messages of this bot are waiting`, {
        fields: { botId },
      });
    await deps.messages.add(tx, { messageId, botId, text });
  });
  deps.nudge();
  return messageId;
}
