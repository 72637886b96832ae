import type { JoinerId, EndReason, OtherBot, AssignmentRef } from '@earshot/kernel';
import type { Bot } from '../domain/bot.ts';
import { claimBots, LEASE_MS } from './claim-bots.ts';
import type { SchedulerDeps } from './deps.ts';
import { resumeBot } from './resume-bot.ts';

export interface Heartbeat {
  readonly joinerId: JoinerId;
  readonly freeSlots: number;
  /** The assignments that it has proven. */
  readonly refs: readonly AssignmentRef[];
  /** The assignments without proof: revoked, or, where they are the joiner's, assigned once more. */
  readonly unproven: readonly AssignmentRef[];
  /** The heartbeat came just now: its leases are renewed. A repeated look at an earlier one proves no life. */
  readonly isFresh: boolean;
}

export type Command =
  | { readonly kind: 'assign'; readonly bot: Bot }
  | { readonly kind: 'leave'; readonly ref: AssignmentRef; readonly reason: EndReason }
  | { readonly kind: 'revoke'; readonly ref: AssignmentRef }
  | { readonly kind: 'send-chat'; readonly ref: AssignmentRef; readonly messageId: string; readonly text: string }
  | { readonly kind: 'set-paused'; readonly ref: AssignmentRef; readonly isPaused: boolean }
  | { readonly kind: 'other-bots'; readonly ref: AssignmentRef; readonly bots: readonly OtherBot[] };

/**
 * The commands for a joiner: the difference between what it holds and what it should hold. They are not remembered: the
 * same difference gives the same command with the next heartbeat.
 */
export async function reconcileJoiner(
  deps: Pick<SchedulerDeps, 'database' | 'bots' | 'meetingBots' | 'messages' | 'outbox' | 'clock' | 'log'>,
  { joinerId, freeSlots, refs, unproven, isFresh }: Heartbeat,
): Promise<Command[]> {
  // First of all: what is renewed no longer expires while the rest is found out.
  if (isFresh) await deps.bots.renew(refs, { joinerId, until: deps.clock.now() + LEASE_MS });
  const { held: still, lost } = await deps.bots.assignedTo(joinerId);
  const held = new Set(refs.map(key));
  const resumed = isFresh ? await resumeBots(deps, { joinerId, lost: lost.filter((bot) => held.has(key(bot))) }) : [];
  const mine = [...still, ...resumed];
  // Of a bot that nobody else has taken the joiner may be heard once more.
  const expected = new Set([...mine, ...(isFresh ? [] : lost)].map(key));
  const missing = mine.filter((bot) => !held.has(key(bot)));
  const claimed = await claimBots(deps, { joinerId, limit: freeSlots - missing.length });
  const waiting = await deps.messages.waitingAt(joinerId);
  const kept = mine.filter((bot) => held.has(key(bot)));
  const others = kept.length > 0 ? await deps.meetingBots.othersOf(joinerId) : undefined;
  return [
    ...[...refs, ...unproven].filter((ref) => !expected.has(key(ref))).map((ref): Command => ({ kind: 'revoke', ref })),
    ...kept
      .filter((bot) => bot.stopRequested)
      .map((bot): Command => ({ kind: 'leave', ref: bot, reason: 'stop-ordered' })),
    ...kept
      .filter(({ state, pauseRequested }) => state === (pauseRequested ? 'recording' : 'paused'))
      .map((bot): Command => ({ kind: 'set-paused', ref: bot, isPaused: bot.pauseRequested })),
    ...[...missing, ...claimed].map((bot): Command => ({ kind: 'assign', bot })),
    ...waiting
      .filter((ref) => held.has(key(ref)))
      .map((message): Command => ({
        kind: 'send-chat',
        ref: message,
        messageId: message.messageId,
        text: message.text,
      })),
    ...kept.map((bot): Command => ({ kind: 'other-bots', ref: bot, bots: others?.get(bot.botId) ?? [] })),
  ];
}

/** Gives back assignments that the joiner lost by its silence. Answers those that no other joiner has claimed meanwhile. */
async function resumeBots(
  deps: Pick<SchedulerDeps, 'database' | 'bots' | 'messages' | 'outbox' | 'clock' | 'log'>,
  { joinerId, lost }: { readonly joinerId: JoinerId; readonly lost: readonly Bot[] },
): Promise<Bot[]> {
  const resumed: Bot[] = [];
  for (const ref of lost) {
    const bot = await deps.database.transaction(async (tx) =>
      resumeBot(deps, tx, { bot: await deps.bots.lock(tx, ref.botId), ref, joinerId }),
    );
    if (bot.joinerId === joinerId && bot.epoch === ref.epoch) resumed.push(bot);
  }
  return resumed;
}

function key(ref: AssignmentRef): string {
  return `${ref.botId}:${ref.epoch}`;
}
