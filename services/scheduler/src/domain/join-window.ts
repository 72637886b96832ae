import { MINUTE, platformOf, type Platform } from '@earshot/kernel';
import type { Bot } from './bot.ts';

/** How often a bot may be requeued for another joiner before its visit counts as lost. */
const MAX_CLAIMS = 3;
/** After this long a meeting that was lost on the way in is not knocked at again. */
const REJOIN_WINDOW_MS = 30 * MINUTE;

/** When a bot may be claimed, milliseconds since 1970: so early that it knocks at `join_at` and not after it. */
export function dueAt(options: { joinAt: number | undefined; platform: Platform; now: number }): number {
  const { joinAt, platform, now } = options;
  return joinAt === undefined ? now : Math.max(now, joinAt - platformOf(platform).approachMs);
}

/** Whether a bot whose joiner was lost should be requeued. */
export function mayRejoin(bot: Bot, now: number): boolean {
  const since = bot.enteredAt ?? bot.timeline.find((entry) => entry.state === 'joining')?.at ?? bot.createdAt;
  return !bot.stopRequested && bot.state !== 'leaving' && bot.epoch < MAX_CLAIMS && now - since < REJOIN_WINDOW_MS;
}
