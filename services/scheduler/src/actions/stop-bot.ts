import type { BotId, Scope, BotState } from '@earshot/kernel';
import type { Bot } from '../domain/bot.ts';
import { endingEvent } from '../domain/apply-event.ts';
import { isOver, waitingStates } from '../domain/bot-state.ts';
import { checkOwner } from '../domain/check-owner.ts';
import type { SchedulerDeps } from './deps.ts';
import { transitionBot } from './transition-bot.ts';

/** Stores that the bot shall leave. One without a joiner ends at once; the others get a command with each heartbeat. */
export async function stopBot(
  deps: Pick<SchedulerDeps, 'database' | 'bots' | 'messages' | 'outbox' | 'clock' | 'wake'>,
  { botId, scope }: { botId: BotId; scope: Scope },
): Promise<Bot> {
  const stopped = await deps.database.transaction(async (tx) => {
    const bot = await deps.bots.lock(tx, botId);
    checkOwner(bot, scope);
    if (isOver(bot.state)) return bot;
    const told = { ...bot, stopRequested: true };
    if ((waitingStates as readonly BotState[]).includes(bot.state)) {
      return transitionBot(deps, tx, {
        bot: told,
        event: endingEvent(bot),
        at: deps.clock.now(),
        reason: 'stop-ordered',
      });
    }
    await deps.bots.save(tx, told);
    return told;
  });
  deps.wake();
  return stopped;
}
