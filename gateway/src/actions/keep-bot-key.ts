import { randomUUID } from 'node:crypto';
import type { AccountId } from '@earshot/kernel';
import { botKeyOf } from '../contract/bot-key.ts';
import type { CreateBotBody } from '../contract/create-bot.ts';
import type { GatewayDeps } from './deps.ts';

type Deps = Pick<GatewayDeps, 'providerKeys'>;

/**
 * Keeps the provider's key that came with an order, before there is a bot that needs it. Answers by which id that bot has to be
 * ordered; undefined where no key came. Throws what `PutBotKey` answers.
 */
export async function keepBotKey(
  { providerKeys }: Deps,
  { body, accountId }: { body: CreateBotBody; accountId: AccountId },
): Promise<string | undefined> {
  const apiKey = botKeyOf(body);
  if (apiKey === undefined) return undefined;
  const botId = randomUUID();
  await providerKeys.putBotKey({ accountId, botId, provider: 'deepgram', apiKey });
  return botId;
}

/** Forgets it, as another bot has been ordered in the place of this one. */
export async function forgetBotKey(
  { providerKeys }: Deps,
  { botId, accountId }: { botId: string; accountId: AccountId },
): Promise<void> {
  // Of a bot that is never created it goes by itself.
  await providerKeys.deleteBotKeys({ accountId, botId }).catch(() => {});
}
