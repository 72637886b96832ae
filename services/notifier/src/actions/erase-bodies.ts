import { mapConcurrent, type BotId } from '@earshot/kernel';
import type { NotifierDeps } from './deps.ts';

/** Bots cleaned in one round, and side by side. */
const [BATCH, CONCURRENCY] = [100, 4];

/** What one call erased, and all calls together, in bodies. */
export interface ErasedBodies {
  readonly deleted: number;
  readonly total: number;
}

/**
 * Empties a bot's settled deliveries and counts them; those still pending, and those stored later, are emptied after they have
 * settled.
 */
export async function eraseBodies(
  { database, queues, deliveries, erasedBots, clock }: NotifierDeps,
  botId: BotId,
  { isFinal }: { isFinal: boolean },
): Promise<ErasedBodies> {
  const now = clock.now();
  return database.transaction(async (tx) => {
    await queues.lockBot(tx, botId);
    const deleted = await deliveries.erase(tx, botId, now);
    const total = await erasedBots.add(tx, botId, { objects: deleted, now, isFinal });
    await erasedBots.clean(tx, botId, now);
    return { deleted, total };
  });
}

/** Empties what has settled of erased bots since it was looked at. Answers whether there may be more. */
export async function cleanErased({ database, queues, erasedBots, clock }: NotifierDeps): Promise<boolean> {
  const now = clock.now();
  const due = await erasedBots.due(now, BATCH);
  await mapConcurrent(due, { concurrency: CONCURRENCY }, (botId) =>
    database.transaction(async (tx) => {
      await queues.lockBot(tx, botId);
      await erasedBots.clean(tx, botId, now);
    }),
  );
  return due.length === BATCH;
}
