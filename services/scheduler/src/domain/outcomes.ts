import type { Bot, Outcomes } from './bot.ts';

/** With what was settled; what was settled before stays as it was. A video that nobody ordered is nothing to the bot. */
export function settle({ spec, outcomes }: Pick<Bot, 'spec' | 'outcomes'>, settled: Outcomes): Outcomes {
  const { video, ...rest } = settled;
  return { ...(spec.media.layout !== undefined && video && { video }), ...rest, ...outcomes };
}

/** Whether everything that was ordered exists, or never will. Nobody waits for a video that is not composed. */
export function isSettled({ spec, outcomes }: Pick<Bot, 'spec' | 'outcomes'>): boolean {
  const isVideoSettled = spec.media.layout === undefined || outcomes.video !== undefined;
  return outcomes.transcript !== undefined && isVideoSettled;
}
