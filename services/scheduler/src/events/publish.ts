import { randomUUID } from 'node:crypto';
import { BotEvent, RecordingPermission } from '@earshot/contract/scheduler/v1/events.ts';
import type { OutboxFact } from '@earshot/db';
import type { BotNews } from '../domain/bot.ts';
import { toReasonMessage, toStateMessage } from '../rpc/mapping.ts';

const permissions = { allowed: RecordingPermission.ALLOWED, denied: RecordingPermission.DENIED } as const;

/** The whole of what the scheduler says: bots.<bot_id>.<state>, each time a bot enters a state; and answers it was given. */
export function encodeBotNews({ kind, bot, at, firstTime, transcript }: BotNews): OutboxFact {
  const id = randomUUID();
  const permission = kind === 'recording-answered' ? bot.recordingPermission : undefined;
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
    ...{ firstTime, transcript },
    recordingPermission: permission ? permissions[permission] : RecordingPermission.UNSPECIFIED,
  }).finish();
  return { id, subject: `bots.${bot.botId}.${permission ? `recording-${permission}` : bot.state}`, payload };
}
