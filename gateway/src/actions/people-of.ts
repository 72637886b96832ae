import type { ChatMessage, Participant } from '@earshot/contract/media/v1/media.ts';
import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError } from '@earshot/kernel';
import type { GatewayDeps } from './deps.ts';

/** Who was in a bot's meeting; nobody before it began, and where nothing was recorded. */
export async function participantsOf({ media }: Pick<GatewayDeps, 'media'>, bot: Bot): Promise<Participant[]> {
  const asked = media.getParticipants({ botId: bot.botId }, { accountId: bot.accountId });
  return asked.then(({ participants }) => participants, unlessNothing);
}

/** What was written in a bot's meeting; nothing before it began, and where nothing was recorded. */
export async function messagesOf({ media }: Pick<GatewayDeps, 'media'>, bot: Bot): Promise<ChatMessage[]> {
  const asked = media.getChat({ botId: bot.botId }, { accountId: bot.accountId });
  return asked.then(({ messages }) => messages, unlessNothing);
}

function unlessNothing(error: unknown): never[] {
  if (error instanceof AppError && error.code === 'not-found') return [];
  throw error;
}
