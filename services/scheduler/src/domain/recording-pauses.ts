import type { TimelineEntry } from './bot.ts';

/**
 * Whether whoever follows a bot's facts takes its recording for paused. A rejoin begins with `recording`, paused as it may be, so
 * that only what follows a pause at once ends it.
 */
export function isKnownPaused(timeline: readonly TimelineEntry[]): boolean {
  return timeline.reduce((isPaused, { state }, index) => {
    if (state === 'paused') return true;
    return isPaused && !(state === 'recording' && timeline[index - 1]?.state === 'paused');
  }, false);
}

/** How often the recording was paused at or after `since`, milliseconds since 1970. */
export function countPauses(timeline: readonly TimelineEntry[], since = -Infinity): number {
  return timeline.filter(({ state, at }) => state === 'paused' && at >= since).length;
}
