import { AppError, type AccountId } from '@earshot/kernel';
import type { Bot } from './bot.ts';

/** Throws `permission-denied` for another account's bot. Without an account another service asks, and may. */
export function checkOwner({ botId, accountId: owner }: Bot, accountId: AccountId | undefined): void {
  if (accountId && owner !== accountId)
    throw new AppError('permission-denied', 'the bot belongs to another account', { fields: { botId } });
}
