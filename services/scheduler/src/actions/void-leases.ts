import { endingEvent } from '../domain/apply-event.ts';
import { mayRejoin } from '../domain/join-window.ts';
import type { SchedulerDeps } from './deps.ts';
import { moveBot } from './move-bot.ts';

const BATCH = 100;

/** Takes back bots whose joiner went silent: sent again while that makes sense, else ended. Answers whether more wait. */
export async function voidLeases(
  deps: Pick<SchedulerDeps, 'database' | 'bots' | 'messages' | 'outbox' | 'clock' | 'log' | 'nudge'>,
): Promise<boolean> {
  const now = deps.clock.now();
  const lost = await deps.database.transaction(async (tx) => {
    const expired = await deps.bots.lockExpired(tx, { now, limit: BATCH });
    for (const bot of expired) {
      deps.log.warn('lease void', { botId: bot.botId, epoch: bot.epoch, state: bot.state });
      const event = mayRejoin(bot, now) ? 'lose' : endingEvent(bot);
      const reason = bot.stopRequested ? 'stop-ordered' : 'worker-lost';
      await moveBot(deps, tx, { bot, event, at: now, detail: 'no heartbeat', ...(event === 'lose' ? {} : { reason }) });
    }
    return expired.length;
  });
  if (lost > 0) deps.nudge();
  return lost === BATCH;
}
