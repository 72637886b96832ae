import { BotState, type Bot } from '@earshot/contract/scheduler/v1/bots.ts';

/**
 * The zero of every time that is given of a visit's words, people and chat: when recording began, which may be long after the
 * bot came in (Zoom's host is asked first). Undefined before.
 */
export function recordingStart({ timeline }: Pick<Bot, 'timeline'>): Date | undefined {
  return timeline.find(({ state }) => state === BotState.RECORDING)?.at;
}
