import type { Tx } from '@earshot/db';
import { AppError, plainText, type JoinerId } from '@earshot/kernel';
import type { Bot, EndReason, Identity, Seat } from '../domain/bot.ts';
import { endingEvent, type Happening } from '../domain/apply-event.ts';
import { botTransitions, isOver, type BotState } from '../domain/bot-state.ts';
import { mayRejoin } from '../domain/join-window.ts';
import type { SchedulerDeps } from './deps.ts';
import { moveBot } from './move-bot.ts';
import { resumeBot } from './resume-bot.ts';

export type Observation = { readonly seat: Seat; readonly at: number } & (
  | { readonly seen: 'knocked' | 'entered' | 'recording-started' }
  | { readonly seen: 'recording-answered'; readonly isAllowed: boolean }
  | { readonly seen: 'said'; readonly messageId: string; readonly isSent: boolean }
  | ({ readonly seen: 'identified' } & Identity)
  | { readonly seen: 'leaving'; readonly reason: EndReason }
  | ({ readonly seen: 'ended' } & ObservedEnd)
);

/** Code points that are kept of what is said about an end. */
const MAX_DETAIL = 500;

interface ObservedEnd {
  readonly reason: EndReason;
  readonly detail: string;
  readonly retryable: boolean;
  /** The joiner goes on handing in what was recorded. */
  readonly isRecordingPending: boolean;
}

/**
 * Applies what a joiner saw. A stale epoch, and an observation that was applied before, change nothing: the joiner may
 * repeat itself until it is acknowledged.
 */
export async function recordObservation(
  deps: Pick<SchedulerDeps, 'database' | 'bots' | 'meetingBots' | 'messages' | 'outbox' | 'clock' | 'log' | 'nudge'>,
  { joinerId, ...observation }: Observation & { joinerId: JoinerId | undefined },
): Promise<void> {
  const { seat } = observation;
  await deps.database.transaction(async (tx) => {
    const found = await deps.bots.lock(tx, seat.botId).catch(unlessUnknown);
    if (!found || found.epoch !== seat.epoch) {
      deps.log.info('stale observation', { ...seat, seen: observation.seen });
      return;
    }
    const bot = await resumeBot(deps, tx, { bot: found, seat, joinerId });
    if (observation.seen === 'said') return noteMessage(deps, tx, observation);
    if (observation.seen === 'identified') return deps.meetingBots.identify(tx, bot.botId, observation);
    if (observation.seen === 'recording-answered') return noteAnswer(deps, tx, { bot, ...observation });
    const happening = whatHappened(bot, observation);
    const from: readonly BotState[] = botTransitions[happening.event].from;
    // A bot that is sent again after its visit ended is nobody's until it is claimed.
    const joinerAfter = happening.event === 'lose' ? undefined : bot.joinerId;
    const isRecordingPending = observation.seen === 'ended' && observation.isRecordingPending;
    if (from.includes(bot.state))
      await moveBot(deps, tx, { ...happening, bot: { ...bot, joinerId: joinerAfter }, isRecordingPending });
  });
  deps.nudge();
}

/** A message that came to nothing is counted; of which one it was nobody is told. */
async function noteMessage(
  { messages, meetingBots }: Pick<SchedulerDeps, 'messages' | 'meetingBots'>,
  tx: Tx,
  { seat: { botId }, messageId, isSent }: Extract<Observation, { seen: 'said' }>,
): Promise<void> {
  if (messageId === '') return meetingBots.noteGreeting(tx, botId, isSent);
  // Told again, it waits no more.
  const wasWaiting = await messages.drop(tx, messageId);
  if (wasWaiting && !isSent) await meetingBots.noteUnsent(tx, botId);
}

/** An answer is no state; the same answer again is no news. */
async function noteAnswer(
  { bots, outbox }: Pick<SchedulerDeps, 'bots' | 'outbox'>,
  tx: Tx,
  { bot, isAllowed, at }: { bot: Bot; isAllowed: boolean; at: number },
): Promise<void> {
  const recordingPermission = isAllowed ? 'allowed' : 'denied';
  if (bot.recordingPermission === recordingPermission || isOver(bot.state)) return;
  const answered = { ...bot, recordingPermission } as const;
  await bots.save(tx, answered);
  await outbox.append(tx, [{ kind: 'recording-answered', bot: answered, at, firstTime: true }]);
}

function whatHappened(
  bot: Bot,
  observation: Exclude<Observation, { seen: 'recording-answered' | 'said' | 'identified' }>,
): Happening {
  const { at } = observation;
  switch (observation.seen) {
    case 'knocked':
      return { event: 'knock', at };
    case 'entered':
      return { event: 'enter', at };
    case 'recording-started':
      return { event: 'record', at };
    case 'leaving':
      return { event: 'leave', at, reason: observation.reason };
    case 'ended': {
      const { reason } = observation;
      const detail = plainText(observation.detail, MAX_DETAIL);
      if (observation.retryable && mayRejoin(bot, at)) return { event: 'lose', at, detail };
      return { event: endingEvent(bot), at, reason, detail };
    }
  }
}

function unlessUnknown(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'not-found') return undefined;
  throw error;
}
