import { randomUUID } from 'node:crypto';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import type { OutboxFact } from '@earshot/db';
import type { BotEntered } from '../domain/bot.ts';
import { toReasonMessage, toStateMessage } from '../rpc/mapping.ts';

/** The whole of what the scheduler says: bots.<bot_id>.<state>, each time a bot enters a state. */
export function encodeBotEntered({ bot, at, firstTime }: BotEntered): OutboxFact {
  const id = randomUUID();
  const payload = BotEvent.encode({
    eventId: id,
    botId: bot.botId,
    accountId: bot.accountId,
    occurredAt: new Date(at),
    state: toStateMessage(bot.state),
    endReason: toReasonMessage(bot.endReason),
    detail: bot.detail,
    wasInMeeting: bot.enteredAt !== undefined,
    retentionHours: bot.spec.retentionHours,
    transcriptId: bot.transcriptId ?? '',
    speech: bot.spec.speech,
    firstTime,
  }).finish();
  return { id, subject: `bots.${bot.botId}.${bot.state}`, payload };
}
