import type { Tx } from '@earshot/db';
import { AppError, SECOND, type AccountId, type Clock } from '@earshot/kernel';
import type { BotSummaries } from '../store/bot-summaries.ts';

/** How long a count is used before it is taken anew. */
const COUNT_FOR_MS = SECOND;
const REMEMBERED_ACCOUNTS = 10_000;

export type WaitingLimit = ReturnType<typeof createWaitingLimit>;

/**
 * Bounds how many bots of one account wait for their time or for a joiner. They are counted once a second and account, so
 * that several schedulers together may exceed the limit by what is created within a second.
 */
export function createWaitingLimit({
  summaries,
  clock,
  most,
}: {
  summaries: Pick<BotSummaries, 'countWaiting'>;
  clock: Clock;
  most: number;
}) {
  const counted = new Map<AccountId, { count: number; until: number }>();
  return {
    /** To be called when a bot has been stored, in its transaction. Throws `resource-exhausted` beyond the limit. */
    async take(tx: Tx, account: AccountId): Promise<void> {
      const known = counted.get(account);
      let count: number;
      if (known && known.until > clock.now()) {
        count = known.count + 1;
      } else {
        count = await summaries.countWaiting(tx, account, most + 1);
        if (counted.size >= REMEMBERED_ACCOUNTS) counted.clear();
        counted.set(account, { count: count - 1, until: clock.now() + COUNT_FOR_MS });
      }
      if (count > most)
        throw new AppError('resource-exhausted', 'too many bots of this account wait for their meetings');
      const now = counted.get(account);
      if (now) now.count = Math.max(now.count, count);
    },
  };
}
