import type { Tx } from '@earshot/db';
import type { Bot, BotStateChanged } from '../domain/bot.ts';
import { applyEvent, type BotTransition } from '../domain/apply-event.ts';
import { isOver } from '../domain/bot-state.ts';
import type { SchedulerDeps } from './deps.ts';

/** Applies a transition to a locked bot: the row and the fact about it commit together. */
export async function transitionBot(
  { bots, messages, outbox }: Pick<SchedulerDeps, 'bots' | 'messages' | 'outbox'>,
  tx: Tx,
  {
    bot,
    transcript,
    isRecordingPending,
    ...transition
  }: BotTransition & { bot: Bot } & Pick<BotStateChanged, 'transcript' | 'isRecordingPending'>,
): Promise<Bot> {
  const moved = applyEvent(bot, transition);
  await bots.save(tx, moved);
  // Messages that are not sent by now never will be.
  if (isOver(moved.state)) await messages.dropAllOf(tx, moved.botId);
  const firstTime = !bot.timeline.some((entry) => entry.state === moved.state);
  const outcome = { bot: moved, at: transition.at, firstTime, transcript, isRecordingPending };
  await outbox.append(tx, [{ kind: 'entered', ...outcome }]);
  return moved;
}
