import type { JoinerId } from '@earshot/kernel';
import type { Bot, EndReason, OtherBot, Seat } from '../domain/bot.ts';
import { claimBots, LEASE_MS } from './claim-bots.ts';
import type { SchedulerDeps } from './deps.ts';
import { resumeBot } from './resume-bot.ts';

export interface Heartbeat {
  readonly joinerId: JoinerId;
  readonly freeSeats: number;
  /** What it was assigned, as it has proven. */
  readonly seats: readonly Seat[];
  /** What it holds without having proven it: it is given up, or, where it is the joiner's, assigned once more. */
  readonly unproven: readonly Seat[];
  /** The joiner said so just now: its leases are renewed. Looking again at what it said earlier proves no life. */
  readonly isFresh: boolean;
}

export type Order =
  | { readonly kind: 'assign'; readonly bot: Bot }
  | { readonly kind: 'leave'; readonly seat: Seat; readonly reason: EndReason }
  | { readonly kind: 'abandon'; readonly seat: Seat }
  | { readonly kind: 'say'; readonly seat: Seat; readonly messageId: string; readonly text: string }
  | { readonly kind: 'other-bots'; readonly seat: Seat; readonly bots: readonly OtherBot[] };

/**
 * What a joiner shall do, given what it holds: the difference between what is and what should be. Orders are not
 * remembered: the same difference gives the same order with the next heartbeat.
 */
export async function heedHeartbeat(
  deps: Pick<SchedulerDeps, 'database' | 'bots' | 'meetingBots' | 'messages' | 'outbox' | 'clock' | 'log'>,
  { joinerId, freeSeats, seats, unproven, isFresh }: Heartbeat,
): Promise<Order[]> {
  if (isFresh) await resumeBots(deps, { joinerId, seats });
  const mine = await deps.bots.attendedBy(joinerId);
  const held = new Set(seats.map(key));
  if (isFresh) await deps.bots.renew(seats, { joinerId, until: deps.clock.now() + LEASE_MS });
  const expected = new Map(mine.map((bot) => [key(bot), bot]));
  const missing = mine.filter((bot) => !held.has(key(bot)));
  const claimed = await claimBots(deps, { joinerId, limit: freeSeats - missing.length });
  const waiting = await deps.messages.waitingAt(joinerId);
  const kept = mine.filter((bot) => held.has(key(bot)));
  const others = kept.length > 0 ? await deps.meetingBots.othersOf(joinerId) : undefined;
  return [
    ...[...seats, ...unproven]
      .filter((seat) => !expected.has(key(seat)))
      .map((seat): Order => ({ kind: 'abandon', seat })),
    ...kept
      .filter((bot) => bot.stopRequested)
      .map((bot): Order => ({ kind: 'leave', seat: bot, reason: 'stop-ordered' })),
    ...[...missing, ...claimed].map((bot): Order => ({ kind: 'assign', bot })),
    ...waiting
      .filter((seat) => held.has(key(seat)))
      .map((message): Order => ({ kind: 'say', seat: message, messageId: message.messageId, text: message.text })),
    ...kept.map((bot): Order => ({ kind: 'other-bots', seat: bot, bots: others?.get(bot.botId) ?? [] })),
  ];
}

/** Gives back what the joiner lost by its silence, as far as nobody else has it. */
async function resumeBots(
  deps: Pick<SchedulerDeps, 'database' | 'bots' | 'messages' | 'outbox' | 'clock' | 'log'>,
  { joinerId, seats }: Pick<Heartbeat, 'joinerId' | 'seats'>,
): Promise<void> {
  const lost = new Set((await deps.bots.lostBy(joinerId)).map(key));
  for (const seat of seats.filter((one) => lost.has(key(one)))) {
    await deps.database.transaction(async (tx) => {
      const bot = await deps.bots.lock(tx, seat.botId);
      await resumeBot(deps, tx, { bot, seat, joinerId });
    });
  }
}

function key(seat: Seat): string {
  return `${seat.botId}:${seat.epoch}`;
}
