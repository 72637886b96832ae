import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { toParticipantEvent as toEvent } from '../contract/participant-events.ts';
import type { CallbackEvent } from './callback-event.ts';

type ParticipantCallbackEvent = Extract<CallbackEvent, { participantId: string }>;

/** One that is sent as it happens. */
export function toParticipantEvent(bot: Bot, { kind, ...event }: ParticipantCallbackEvent) {
  return toEvent(bot, { action: kind === 'participant-joined' ? 'join' : 'leave', ...event });
}
