import { nextState, type EndReason, type BotState } from '@earshot/kernel';
import type { Bot } from './bot.ts';
import { assignedStates, botTransitions, isOver, type BotEvent } from './bot-state.ts';

export interface BotTransition {
  readonly event: BotEvent;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly reason?: EndReason;
  readonly detail?: string;
}

/** The bot after an event. Throws `failed-precondition` when the event is illegal in this state. */
export function applyEvent(bot: Bot, { event, at, reason, detail }: BotTransition): Bot {
  const state = nextState(botTransitions, bot.state, event);
  return {
    ...bot,
    state,
    endReason: reason ?? bot.endReason,
    // The detail of a visit that was lost on the way does not concern the end of the one after it.
    detail: detail ?? (event === 'end' || event === 'fail' ? '' : bot.detail),
    enteredAt: state === 'in-meeting' ? (bot.enteredAt ?? at) : bot.enteredAt,
    endedAt: isOver(state) ? (bot.endedAt ?? at) : bot.endedAt,
    joinerId: isOver(state) ? undefined : bot.joinerId,
    timeline: [...bot.timeline, { state, at }],
  };
}

/** How a visit ends: by finishing what was recorded, or, when the bot was never inside, at once. */
export function endingEvent(bot: Bot): 'end' | 'fail' {
  return bot.enteredAt === undefined ? 'fail' : 'end';
}

/**
 * The bot assigned to its last joiner again, in the state that was last reported: it was thought lost and is not.
 */
export function resume(bot: Bot, at: number): Bot {
  const isHeldState = (state: BotState) => (assignedStates as readonly BotState[]).includes(state);
  const state = bot.timeline.findLast((entry) => isHeldState(entry.state))?.state ?? 'joining';
  return { ...bot, state, timeline: [...bot.timeline, { state, at }] };
}
