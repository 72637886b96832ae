import { AppError, isWithin, type Scope } from '@earshot/kernel';
import type { Bot } from './bot.ts';

/** Throws `permission-denied` for another account's bot. */
export function checkOwner({ botId, accountId }: Bot, scope: Scope): void {
  if (!isWithin(scope, accountId))
    throw new AppError('permission-denied', 'the bot belongs to another account', { fields: { botId } });
}
