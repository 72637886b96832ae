import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { toParticipantEvent as toEvent } from '../contract/participant-events.ts';
import type { CallbackEvent } from './callback-event.ts';

export type ParticipantCallbackEvent = Extract<CallbackEvent, { participantId: string }>;

const actions = {
  'participant-joined': 'join',
  'participant-left': 'leave',
  'speech-on': 'speech_on',
  'speech-off': 'speech_off',
  'chat-posted': 'chat_message',
} as const satisfies Record<ParticipantCallbackEvent['kind'], string>;

/** One that is sent as it happens. */
export function toParticipantEvent(bot: Bot, event: ParticipantCallbackEvent) {
  const { participantId, name, atMs, at } = event;
  const moved = toEvent(bot, { action: actions[event.kind], participantId, name, atMs, at });
  if (event.kind !== 'chat-posted') return moved;
  const { text, messageId: message_id } = event;
  // A bot that is a guest reads what everybody gets.
  const data = { ...moved.data.data, data: { text, to: 'everyone', message_id } };
  return { ...moved, data: { ...moved.data, data } };
}
