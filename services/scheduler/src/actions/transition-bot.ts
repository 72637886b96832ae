import type { Tx } from '@earshot/db';
import type { Bot, BotStateChanged } from '../domain/bot.ts';
import { applyEvent, type BotTransition } from '../domain/apply-event.ts';
import { isOver, type BotEvent } from '../domain/bot-state.ts';
import { isKnownPaused } from '../domain/recording-pauses.ts';
import type { SchedulerDeps } from './deps.ts';

/** Applies a transition to a locked bot: the row and the fact about it commit together. */
export async function transitionBot(
  { bots, messages, outbox }: Pick<SchedulerDeps, 'bots' | 'messages' | 'outbox'>,
  tx: Tx,
  {
    bot,
    transcript,
    videoFailure = '',
    isRecordingPending,
    ...transition
  }: BotTransition & { bot: Bot } & Pick<BotStateChanged, 'transcript' | 'videoFailure' | 'isRecordingPending'>,
): Promise<Bot> {
  const moved = applyEvent(bot, transition);
  await bots.save(tx, moved);
  // Messages that are not sent by now never will be.
  if (isOver(moved.state)) await messages.dropAllOf(tx, moved.botId);
  const { event, at } = transition;
  const outcome = {
    bot: moved,
    at,
    firstTime: isNews(bot, moved, event),
    transcript,
    videoFailure,
    isRecordingPending,
  };
  await outbox.append(tx, [{ kind: 'entered', ...outcome, isUnpaused: event === 'unpause' }]);
  return moved;
}

/** A bot that is sent again passes through its states again, and may be paused as often as its customer likes. */
function isNews(before: Bot, { state, timeline }: Bot, event: BotEvent): boolean {
  if (event === 'pause' || event === 'unpause') return isKnownPaused(before.timeline) !== isKnownPaused(timeline);
  return !before.timeline.some((entry) => entry.state === state);
}
