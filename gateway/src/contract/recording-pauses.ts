import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';

interface Pause {
  readonly paused_at: string | null;
  /** Null while it lasts, and where the visit ended in it. */
  resumed_at: string | null;
}

/** When the recording was paused, by the bot's timeline. A bot that was lost in a pause begins again in the same one. */
export function toRecordingPauses({ timeline }: Pick<Bot, 'timeline'>): readonly Pause[] {
  const pauses: Pause[] = [];
  let open: Pause | undefined;
  for (const [index, { state, at }] of timeline.entries()) {
    const time = at?.toISOString() ?? null;
    if (state === 'BOT_STATE_PAUSED' && !open) pauses.push((open = { paused_at: time, resumed_at: null }));
    const isResumed = state === 'BOT_STATE_RECORDING' && timeline[index - 1]?.state === 'BOT_STATE_PAUSED';
    if (!isResumed || !open) continue;
    open.resumed_at = time;
    open = undefined;
  }
  return pauses;
}
