import type { EndReason } from '../domain/bot.ts';
import { endingEvent } from '../domain/apply-event.ts';
import { mayRejoin } from '../domain/join-window.ts';
import type { SchedulerDeps } from './deps.ts';
import { moveBot } from './move-bot.ts';
import { oneByOneIfNeeded } from './one-by-one.ts';

const BATCH = 100;

/** Takes back bots whose joiner went silent: sent again while that makes sense, else ended. Answers whether more wait. */
export async function voidLeases(
  deps: Pick<SchedulerDeps, 'database' | 'bots' | 'messages' | 'outbox' | 'clock' | 'log' | 'nudge'>,
): Promise<boolean> {
  const now = deps.clock.now();
  const lost = await oneByOneIfNeeded(deps, {
    limit: BATCH,
    find: (tx, limit) => deps.bots.lockExpired(tx, { now, limit }),
    async work(tx, expired) {
      for (const bot of expired) {
        deps.log.warn('lease void', { botId: bot.botId, epoch: bot.epoch, state: bot.state });
        const event = mayRejoin(bot, now) ? 'lose' : endingEvent(bot);
        const reason: EndReason = bot.stopRequested ? 'stop-ordered' : 'worker-lost';
        const why = {
          detail: 'the server that had the bot was not heard of any more',
          ...(event === 'lose' ? {} : { reason }),
        };
        await moveBot(deps, tx, { bot, event, at: now, ...why });
      }
      return expired.map(({ botId }) => botId);
    },
  });
  if (lost.length > 0) deps.nudge();
  return lost.length === BATCH;
}
