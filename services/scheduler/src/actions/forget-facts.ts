import type { BotId } from '@earshot/kernel';
import type { SchedulerDeps } from './deps.ts';

/** Removes the facts about a bot from the outbox and the stream. Throws `unavailable` while the broker is away. */
export async function forgetFacts(
  { database, withdraw, forget }: Pick<SchedulerDeps, 'database' | 'withdraw' | 'forget'>,
  botId: BotId,
): Promise<void> {
  await database.transaction((tx) => withdraw(tx, botId));
  await forget(botId);
}
