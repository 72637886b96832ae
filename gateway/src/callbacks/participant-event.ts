import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { toParticipantEvent as toEvent } from '../contract/participant-events.ts';
import type { Happening } from './happening.ts';

type ParticipantHappening = Extract<Happening, { participantId: string }>;

/** One that is told as it happens. */
export function toParticipantEvent(bot: Bot, { kind, ...happening }: ParticipantHappening) {
  return toEvent(bot, { action: kind === 'participant-joined' ? 'join' : 'leave', ...happening });
}
