import { nextState } from '@earshot/kernel';
import type { Bot, EndReason } from './bot.ts';
import { botTransitions, isOver, type BotEvent } from './bot-state.ts';

export interface Happening {
  readonly event: BotEvent;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly reason?: EndReason;
  readonly detail?: string;
}

/** The bot after something happened to it. Throws `failed-precondition` when it cannot happen in this state. */
export function applyEvent(bot: Bot, { event, at, reason, detail }: Happening): Bot {
  const state = nextState(botTransitions, bot.state, event);
  return {
    ...bot,
    state,
    endReason: reason ?? bot.endReason,
    detail: detail ?? bot.detail,
    enteredAt: state === 'in-meeting' ? (bot.enteredAt ?? at) : bot.enteredAt,
    endedAt: isOver(state) ? (bot.endedAt ?? at) : bot.endedAt,
    joinerId: state === 'queued' || isOver(state) ? undefined : bot.joinerId,
    timeline: [...bot.timeline, { state, at }],
  };
}

/** How a visit ends: by finishing what was recorded, or, when the bot was never inside, at once. */
export function endingEvent(bot: Bot): 'end' | 'fail' {
  return bot.enteredAt === undefined ? 'fail' : 'end';
}
