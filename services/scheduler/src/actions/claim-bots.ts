import { SECOND, type JoinerId } from '@earshot/kernel';
import type { Bot } from '../domain/bot.ts';
import type { SchedulerDeps } from './deps.ts';
import { transitionBot } from './transition-bot.ts';
import { oneByOneIfNeeded } from './one-by-one.ts';

/** Without a heartbeat for this long, a joiner's bots are requeued. */
export const LEASE_MS = 10 * SECOND;

/** Gives up to `limit` due bots to a joiner, each under a new epoch. */
export async function claimBots(
  deps: Pick<SchedulerDeps, 'database' | 'bots' | 'messages' | 'outbox' | 'clock' | 'log'>,
  { joinerId, limit }: { joinerId: JoinerId; limit: number },
): Promise<Bot[]> {
  if (limit <= 0) return [];
  const now = deps.clock.now();
  return oneByOneIfNeeded(deps, {
    limit,
    find: (tx, most) => deps.bots.lockClaimable(tx, { now, limit: most }),
    async work(tx, due) {
      const claimed: Bot[] = [];
      for (const bot of due) {
        const taken = { ...bot, epoch: bot.epoch + 1, pauseSequence: 0, joinerId };
        claimed.push(await transitionBot(deps, tx, { bot: taken, event: 'claim', at: now }));
      }
      await deps.bots.renew(claimed, { joinerId, until: now + LEASE_MS, query: tx });
      return claimed;
    },
  });
}
