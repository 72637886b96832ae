import type { BotId } from '@earshot/kernel';
import type { NotifierDeps } from './deps.ts';

/** Empties a bot's settled deliveries and counts them; those still pending are emptied as soon as they settle. */
export async function eraseBodies({ database, lines, deliveries, clock }: NotifierDeps, botId: BotId): Promise<number> {
  return database.transaction(async (tx) => {
    await lines.lockBot(tx, botId);
    return deliveries.erase(tx, botId, clock.now());
  });
}
