import { MINUTE, SECOND } from '@earshot/kernel';
import type { Bot, Platform } from './bot.ts';

/** How long a bot needs on each platform until it knocks, so that it does at `join_at` and not after it. */
const approachMs: Readonly<Record<Platform, number>> = {
  web: 2 * SECOND,
  'google-meet': 8 * SECOND,
  zoom: 8 * SECOND,
  teams: 15 * SECOND,
};

/** How often a bot may be requeued for another joiner before its visit counts as lost. */
const MAX_CLAIMS = 3;
/** After this long a meeting that was lost on the way in is not knocked at again. */
const REJOIN_WINDOW_MS = 30 * MINUTE;

/** When a bot may be claimed, milliseconds since 1970. */
export function dueAt(options: { joinAt: number | undefined; platform: Platform; now: number }): number {
  const { joinAt, platform, now } = options;
  return joinAt === undefined ? now : Math.max(now, joinAt - approachMs[platform]);
}

/** Whether a bot whose joiner was lost should be requeued. */
export function mayRejoin(bot: Bot, now: number): boolean {
  const since = bot.enteredAt ?? bot.timeline.find((entry) => entry.state === 'joining')?.at ?? bot.createdAt;
  return !bot.stopRequested && bot.state !== 'leaving' && bot.epoch < MAX_CLAIMS && now - since < REJOIN_WINDOW_MS;
}
