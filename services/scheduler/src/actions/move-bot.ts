import type { Tx } from '@earshot/db';
import type { Bot, BotNews } from '../domain/bot.ts';
import { applyEvent, type Happening } from '../domain/apply-event.ts';
import { isOver } from '../domain/bot-state.ts';
import type { SchedulerDeps } from './deps.ts';

/** Moves a locked bot along its lifecycle: the row and the fact about it commit together. */
export async function moveBot(
  { bots, messages, outbox }: Pick<SchedulerDeps, 'bots' | 'messages' | 'outbox'>,
  tx: Tx,
  {
    bot,
    transcript,
    isRecordingPending,
    ...happening
  }: Happening & { bot: Bot } & Pick<BotNews, 'transcript' | 'isRecordingPending'>,
): Promise<Bot> {
  const moved = applyEvent(bot, happening);
  await bots.save(tx, moved);
  // What was not said by now will not be.
  if (isOver(moved.state)) await messages.dropAllOf(tx, moved.botId);
  const firstTime = !bot.timeline.some((entry) => entry.state === moved.state);
  const news = { bot: moved, at: happening.at, firstTime, transcript, isRecordingPending };
  await outbox.append(tx, [{ kind: 'entered', ...news }]);
  return moved;
}
