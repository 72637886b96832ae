import { AppError, MINUTE, type BotId, type BotState, type Scope } from '@earshot/kernel';
import type { Bot } from '../domain/bot.ts';
import { checkOwner } from '../domain/check-owner.ts';
import { countPauses } from '../domain/recording-pauses.ts';
import type { SchedulerDeps } from './deps.ts';

/** States of a bot whose recording has begun and goes on. */
const recordingStates: readonly BotState[] = ['recording', 'paused'];

/** How often a recording may be paused: in a minute (public documentation), and in all, since each is kept. */
const [PAUSES_A_MINUTE, MOST_PAUSES] = [30, 1000];

/** Stores whether the recording shall be paused; the joiner gets a command with each heartbeat until it is. */
export async function setPaused(
  deps: Pick<SchedulerDeps, 'database' | 'bots' | 'clock' | 'wake'>,
  { botId, scope, isPaused }: { botId: BotId; scope: Scope; isPaused: boolean },
): Promise<Bot> {
  const changed = await deps.database.transaction(async (tx) => {
    const bot = await deps.bots.lock(tx, botId);
    checkOwner(bot, scope);
    if (!recordingStates.includes(bot.state))
      throw new AppError('failed-precondition', 'the bot is not recording', { fields: { botId, state: bot.state } });
    if (bot.pauseRequested === isPaused) return bot;
    if (isPaused) checkPauses(bot, deps.clock.now());
    const told = { ...bot, pauseRequested: isPaused };
    await deps.bots.save(tx, told);
    return told;
  });
  deps.wake();
  return changed;
}

function checkPauses({ botId, timeline }: Bot, now: number): void {
  const isTooOften = countPauses(timeline, now - MINUTE) >= PAUSES_A_MINUTE || countPauses(timeline) >= MOST_PAUSES;
  if (isTooOften) throw new AppError('resource-exhausted', 'the recording is paused too often', { fields: { botId } });
}
