import type { Tx } from '@earshot/db';
import {
  AppError,
  isUuid,
  plainText,
  type BotSpeechEnded,
  type BotSpeechStarted,
  type JoinerId,
  type EndReason,
  type BotIdentity,
  type AssignmentRef,
  type BotState,
} from '@earshot/kernel';
import type { Bot } from '../domain/bot.ts';
import { endingEvent, type BotTransition } from '../domain/apply-event.ts';
import { botTransitions, isOver } from '../domain/bot-state.ts';
import { hasSpeechCallbacks } from '../domain/speech-callbacks.ts';
import { mayRejoin } from '../domain/join-window.ts';
import type { SchedulerDeps } from './deps.ts';
import { transitionBot } from './transition-bot.ts';
import { resumeBot } from './resume-bot.ts';

export type BotReport = { readonly ref: AssignmentRef; readonly at: number } & (
  | { readonly seen: 'knocked' | 'entered' | 'recording-started' }
  | { readonly seen: 'recording-answered'; readonly isAllowed: boolean }
  /** `sequence`: grows with each report of an assignment. */
  | { readonly seen: 'recording-paused'; readonly isPaused: boolean; readonly sequence: number }
  | { readonly seen: 'chat-sent'; readonly messageId: string; readonly isSent: boolean }
  | ({ readonly seen: 'identified' } & BotIdentity)
  | ({ readonly seen: 'speech-started' } & BotSpeechStarted)
  | ({ readonly seen: 'speech-ended' } & BotSpeechEnded)
  | { readonly seen: 'leaving'; readonly reason: EndReason }
  | ({ readonly seen: 'ended' } & ObservedEnd)
);

/** Code points that are kept of the detail of an end. */
const MAX_DETAIL = 500;

interface ObservedEnd {
  readonly reason: EndReason;
  readonly detail: string;
  readonly retryable: boolean;
  /** The joiner still sends what was recorded. */
  readonly isRecordingPending: boolean;
}

/**
 * Applies a joiner's report. A stale epoch, and a report that was applied before, change nothing: the joiner may repeat it
 * until it is acknowledged.
 */
export async function recordReport(
  deps: Pick<SchedulerDeps, 'database' | 'bots' | 'meetingBots' | 'messages' | 'outbox' | 'clock' | 'log' | 'wake'>,
  { joinerId, ...report }: BotReport & { joinerId: JoinerId | undefined },
): Promise<void> {
  const { ref } = report;
  await deps.database.transaction(async (tx) => {
    const found = await deps.bots.lock(tx, ref.botId).catch(unlessUnknown);
    if (!found || found.epoch !== ref.epoch) {
      deps.log.info('stale report', { ...ref, seen: report.seen });
      return;
    }
    const bot = await resumeBot(deps, tx, { bot: found, ref, joinerId });
    if (report.seen === 'chat-sent') return noteMessage(deps, tx, report);
    if (report.seen === 'identified') return deps.meetingBots.identify(tx, bot.botId, report);
    if (report.seen === 'recording-answered') return noteAnswer(deps, tx, { bot, ...report });
    if (report.seen === 'speech-started' || report.seen === 'speech-ended')
      return noteSpeech(deps, tx, { bot, report });
    if (report.seen === 'recording-paused') return notePause(deps, tx, { bot, ...report });
    const transition = toTransition(bot, report);
    const from: readonly BotState[] = botTransitions[transition.event].from;
    // A bot that is requeued after its visit ended has no joiner until it is claimed.
    const joinerAfter = transition.event === 'requeue' ? undefined : bot.joinerId;
    const isRecordingPending = report.seen === 'ended' && report.isRecordingPending;
    if (from.includes(bot.state))
      await transitionBot(deps, tx, { ...transition, bot: { ...bot, joinerId: joinerAfter }, isRecordingPending });
  });
  deps.wake();
}

/** A message that could not be sent is counted; which one it was is not published. */
async function noteMessage(
  { messages, meetingBots }: Pick<SchedulerDeps, 'messages' | 'meetingBots'>,
  tx: Tx,
  { ref: { botId }, messageId, isSent }: Extract<BotReport, { seen: 'chat-sent' }>,
): Promise<void> {
  if (messageId === '') return meetingBots.noteGreeting(tx, botId, isSent);
  // A repeated report finds no waiting message.
  const wasWaiting = await messages.drop(tx, messageId);
  if (wasWaiting && !isSent) await meetingBots.noteUnsent(tx, botId);
}

/** An answer is no state; the same answer again changes nothing. */
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

/** What a bot says is remembered nowhere: a repeated report makes the same fact again, under the same id. */
async function noteSpeech(
  { outbox }: Pick<SchedulerDeps, 'outbox'>,
  tx: Tx,
  { bot, report }: { bot: Bot; report: Extract<BotReport, { seen: 'speech-started' | 'speech-ended' }> },
): Promise<void> {
  if (isOver(bot.state) || !isUuid(report.speechId) || !hasSpeechCallbacks(bot.spec)) return;
  await outbox.append(tx, [{ kind: report.seen, bot, at: report.at, speech: report }]);
}

/** A recording is paused and goes on any number of times: one report of it, repeated after others, would turn it back. */
async function notePause(
  deps: Pick<SchedulerDeps, 'bots' | 'messages' | 'outbox'>,
  tx: Tx,
  { bot, isPaused, sequence, at }: { bot: Bot; isPaused: boolean; sequence: number; at: number },
): Promise<void> {
  const event = isPaused ? 'pause' : 'unpause';
  const from: readonly BotState[] = botTransitions[event].from;
  if (sequence <= bot.pauseSequence || !from.includes(bot.state)) return;
  await transitionBot(deps, tx, { bot: { ...bot, pauseSequence: sequence }, event, at });
}

function toTransition(
  bot: Bot,
  report: Extract<BotReport, { seen: 'knocked' | 'entered' | 'recording-started' | 'leaving' | 'ended' }>,
): BotTransition {
  const { at } = report;
  switch (report.seen) {
    case 'knocked':
      return { event: 'knock', at };
    case 'entered':
      return { event: 'enter', at };
    case 'recording-started':
      return { event: 'record', at };
    case 'leaving':
      return { event: 'leave', at, reason: report.reason };
    case 'ended': {
      const { reason } = report;
      const detail = plainText(report.detail, MAX_DETAIL);
      if (report.retryable && mayRejoin(bot, at)) return { event: 'requeue', at, detail };
      return { event: endingEvent(bot), at, reason, detail };
    }
  }
}

function unlessUnknown(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'not-found') return undefined;
  throw error;
}
