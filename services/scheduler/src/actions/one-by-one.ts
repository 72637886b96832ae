import { AppError, isRetryable, MINUTE } from '@earshot/kernel';
import type { Tx } from '@earshot/db';
import type { Bot } from '../domain/bot.ts';
import type { SchedulerDeps } from './deps.ts';

/** For how long a bot whose transition fails is left alone. */
const POSTPONE_MS = MINUTE;

/**
 * Does `work` on several bots in one transaction. Where that fails for a reason of a bot's own, each is taken alone: the one at
 * fault is logged and left for a minute, and the others go on. Answers the results of those that succeeded. `find` locks the
 * bots in the transaction, at most `limit` of them.
 */
export async function oneByOneIfNeeded<T, Found extends Bot = Bot>(
  { database, bots, clock, log }: Pick<SchedulerDeps, 'database' | 'bots' | 'clock' | 'log'>,
  {
    find,
    limit,
    work,
  }: {
    readonly find: (tx: Tx, limit: number) => Promise<Found[]>;
    readonly limit: number;
    readonly work: (tx: Tx, found: readonly Found[]) => Promise<T[]>;
  },
): Promise<T[]> {
  const round = (most: number) => {
    let found: Found[] = [];
    const done = database.transaction(async (tx) => work(tx, (found = await find(tx, most))));
    return done.then(
      (results) => ({ found, results, error: undefined }),
      (error: unknown) => ({ found, results: [] as T[], error }),
    );
  };
  const together = await round(limit);
  if (together.error === undefined) return together.results;
  if (together.found.length === 0 || isPassing(together.error)) throw together.error;
  const results: T[] = [];
  for (const _ of together.found) {
    const alone = await round(1);
    results.push(...alone.results);
    const [bot] = alone.found;
    if (alone.error === undefined) continue;
    if (!bot || isPassing(alone.error)) throw alone.error;
    log.error('bot transition failed', { botId: bot.botId, state: bot.state, error: alone.error });
    await bots.postpone(bot.botId, clock.now() + POSTPONE_MS);
  }
  return results;
}

function isPassing(error: unknown): boolean {
  return error instanceof AppError && isRetryable(error.code);
}
