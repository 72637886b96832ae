import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { SECOND } from '@earshot/kernel';
import type { GatewayDeps } from './deps.ts';

/** What the retention service gives itself for one erasure, and its answer, fit in. */
const ERASE_TIMEOUT_MS = 30 * SECOND;

/**
 * Erases a bot's data; one that still waits for its time is cancelled first. Throws `failed-precondition` for one that has set
 * out and not finished, also where it sets out in this moment: that one has been asked to leave.
 */
export async function eraseBot(
  { scheduler, retention }: Pick<GatewayDeps, 'scheduler' | 'retention'>,
  { botId, accountId, state }: Pick<Bot, 'botId' | 'accountId' | 'state'>,
): Promise<{ deletedObjects: number }> {
  if (state === 'BOT_STATE_SCHEDULED') await scheduler.stopBot({ botId, accountId });
  return retention.eraseNow({ botId }, { accountId, timeoutMs: ERASE_TIMEOUT_MS });
}
