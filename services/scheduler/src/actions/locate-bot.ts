import { AppError, type BotId, type BotState, type Scope } from '@earshot/kernel';
import { isOver } from '../domain/bot-state.ts';
import type { SchedulerDeps } from './deps.ts';
import { getBot } from './get-bot.ts';

/** States in which a bot can be called upon in its meeting. */
const insideStates: readonly BotState[] = ['in-meeting', 'recording', 'paused'];

/**
 * Where the joiner of a bot that is in its meeting is called, host:port. Throws as `getBot`, `failed-precondition` for a bot that is
 * not inside (yet), and `unavailable` for one that was and is to be again, and for one whose joiner cannot be called.
 */
export async function locateBot(
  { bots, joiners }: Pick<SchedulerDeps, 'bots' | 'joiners'>,
  { botId, scope }: { botId: BotId; scope: Scope },
): Promise<string> {
  const { state, enteredAt, joinerId } = await getBot({ bots }, { botId, scope });
  const fields = { fields: { botId, state } };
  if (isOver(state) || state === 'leaving')
    throw new AppError('failed-precondition', 'the bot has left its meeting', fields);
  if (insideStates.includes(state)) {
    const address = joinerId && (await joiners.addressOf(joinerId));
    if (address) return address;
    throw new AppError('unavailable', 'the joiner of the bot cannot be called', fields);
  }
  if (enteredAt !== undefined) throw new AppError('unavailable', 'the bot is on its way back to its meeting', fields);
  throw new AppError('failed-precondition', 'the bot is not in its meeting yet', fields);
}
