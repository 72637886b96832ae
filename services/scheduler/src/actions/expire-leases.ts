import type { EndReason } from '@earshot/kernel';
import type { Bot } from '../domain/bot.ts';
import { endingEvent } from '../domain/apply-event.ts';
import { mayRejoin } from '../domain/join-window.ts';
import { LEASE_MS } from './claim-bots.ts';
import type { SchedulerDeps } from './deps.ts';
import { transitionBot } from './transition-bot.ts';
import { oneByOneIfNeeded } from './one-by-one.ts';

const BATCH = 100;

type ExpiringDeps = Pick<SchedulerDeps, 'database' | 'bots' | 'messages' | 'outbox' | 'clock' | 'log' | 'wake'>;

/**
 * Expires leases of joiners that have been silent since `silentSince`, milliseconds since 1970: requeues their bots while that
 * makes sense, else ends them. Answers whether more wait.
 */
export async function expireLeases(deps: ExpiringDeps, silentSince: number): Promise<boolean> {
  const now = deps.clock.now();
  const lost = await oneByOneIfNeeded(deps, {
    limit: BATCH,
    find: (tx, limit) => deps.bots.lockExpired(tx, { before: silentSince + LEASE_MS, limit }),
    async work(tx, expired) {
      for (const { leaseUntil, ...bot } of expired) {
        deps.log.warn('lease expired', { botId: bot.botId, epoch: bot.epoch, state: bot.state });
        const event = mayRejoin(bot, now) ? 'requeue' : endingEvent(bot);
        const reason: EndReason = bot.stopRequested ? 'stop-ordered' : 'worker-lost';
        const why = {
          detail: 'the server that had the bot was not heard of any more',
          ...(event === 'requeue' ? {} : { reason }),
        };
        const at = event === 'requeue' ? now : lastHeardAt(bot, leaseUntil);
        await transitionBot(deps, tx, { bot, event, at, ...why });
      }
      return expired.map(({ botId }) => botId);
    },
  });
  if (lost.length > 0) deps.wake();
  return lost.length === BATCH;
}

/** A visit ended at its joiner's last heartbeat, and not when that was noticed. */
function lastHeardAt({ timeline }: Bot, leaseUntil: number): number {
  return Math.max(leaseUntil - LEASE_MS, timeline.at(-1)?.at ?? 0);
}
