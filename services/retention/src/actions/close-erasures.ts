import type { BotId } from '@earshot/kernel';
import type { RetentionDeps } from './deps.ts';
import { LEASE_MS } from './erase-bot.ts';

/** What there is to say of these erasures is stored with the notifier: what was kept for it may go. */
export async function acknowledgeErasures(
  { erasures, clock }: Pick<RetentionDeps, 'erasures' | 'clock'>,
  botIds: readonly BotId[],
): Promise<void> {
  await erasures.hastenClosing(botIds, clock.now());
}

/**
 * Takes what was kept of one erased bot, so that its customer could be told, out of the scheduler, the outboxes and the stream. Answers whether
 * another may be waiting. What fails is tried again after the lease.
 */
export async function closeErasure(deps: RetentionDeps): Promise<boolean> {
  if (!(await deps.isClockRight())) return false;
  const now = deps.clock.now();
  const botId = await deps.erasures.claimClosing({ now, until: now + LEASE_MS });
  if (!botId) return false;
  await deps.markBotErased(botId, { at: now, isFinal: true });
  for (const owner of deps.owners) while ((await owner.erase(botId, { isFinal: true })).isUnfinished);
  await deps.erasures.markClosed(botId);
  return true;
}
