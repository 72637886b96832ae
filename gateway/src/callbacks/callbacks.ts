import type { Bot, ParticipantHook } from '@earshot/contract/scheduler/v1/bots.ts';
import type { Message } from '@earshot/contract/notifier/v1/notifier.ts';
import { attributesOf } from '../contract/custom-attributes.ts';
import { fieldsOf, type CallbackTable } from './callback-table.ts';
import type { CallbackEvent } from './callback-event.ts';
import { toParticipantEvent, type ParticipantCallbackEvent } from './participant-event.ts';
import { version202501 } from './version-2025-01.ts';
import { version202606 } from './version-2026-06.ts';

const versions: Readonly<Record<string, CallbackTable>> = { '2025-01': version202501, '2026-06': version202606 };

/** The messages of an event, ready to be delivered. Their ids come from the fact: the same fact, the same ids. */
export function toMessages(bot: Bot, event: CallbackEvent): Message[] {
  return [...lifecycleMessages(bot, event), ...participantMessages(bot, event), ...retranscribedMessages(bot, event)];
}

function lifecycleMessages(bot: Bot, event: CallbackEvent): Message[] {
  const { lifecycleUrl = '', callbackVersion = '' } = bot.spec?.destinations ?? {};
  const table = versions[callbackVersion] ?? version202501;
  if (!lifecycleUrl) return [];
  return fieldsOf(table, event).map((fields, index) => {
    const body = {
      bot_id: bot.botId,
      ...fields,
      timestamp: event.at.toISOString(),
      custom_attributes: attributesOf(bot),
    };
    return message(bot, { id: `${event.eventId}-${index}`, url: lifecycleUrl, label: fields.event, body });
  });
}

/** What a hook has asked for. */
const flags = {
  'participant-joined': 'onJoin',
  'participant-left': 'onLeave',
  'speech-on': 'onSpeech',
  'speech-off': 'onSpeechOff',
  'chat-posted': 'onChat',
} as const satisfies Record<ParticipantCallbackEvent['kind'], keyof ParticipantHook>;

function participantMessages(bot: Bot, event: CallbackEvent): Message[] {
  if (!('participantId' in event)) return [];
  const hooks = bot.spec?.destinations?.participantHooks ?? [];
  return hooks.flatMap((hook, index) => {
    if (!hook[flags[event.kind]]) return [];
    const body = toParticipantEvent(bot, event);
    return [message(bot, { id: `${event.eventId}-hook${index}`, url: hook.url, label: body.event, body })];
  });
}

/** Whoever asked for one more transcript gets its end: documented as the one message, without custom attributes. */
function retranscribedMessages(bot: Bot, event: CallbackEvent): Message[] {
  if (event.kind !== 'retranscribed' || event.notifyUrl === '') return [];
  const { eventId, botId, at, notifyUrl, failure } = event;
  const table = versions[bot.spec?.destinations?.callbackVersion ?? ''] ?? version202501;
  const outcome: CallbackEvent =
    failure === ''
      ? { eventId, botId, at, kind: 'transcript-ready', missedMs: 0, detail: '' }
      : { eventId, botId, at, kind: 'transcript-failed', detail: failure };
  return fieldsOf(table, outcome).map((fields, index) => {
    const body = { bot_id: bot.botId, ...fields, timestamp: at.toISOString() };
    return message(bot, { id: `${eventId}-${index}`, url: notifyUrl, label: fields.event, body });
  });
}

function message(
  bot: Bot,
  { id, url, label, body }: { id: string; url: string; label: string; body: unknown },
): Message {
  return {
    messageId: id,
    accountId: bot.accountId,
    botId: bot.botId,
    url,
    body: Buffer.from(JSON.stringify(body)),
    contentType: 'application/json',
    label,
  };
}
