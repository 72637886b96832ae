import type { BotId } from '@earshot/kernel';
import type { RetentionDeps } from './deps.ts';
import { LEASE_MS } from './erase-bot.ts';

/** The last callbacks of these erasures are stored with the notifier: what was kept for them may go. */
export async function acknowledgeErasures(
  { erasures, clock }: Pick<RetentionDeps, 'erasures' | 'clock'>,
  botIds: readonly BotId[],
): Promise<void> {
  await erasures.hastenClosing(botIds, clock.now());
}

/**
 * Removes what was kept for the last callback of one erased bot from the scheduler, the outboxes and the stream. Answers
 * whether another may be waiting. What fails is tried again after the lease.
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
