import { randomUUID } from 'node:crypto';
import { BotEvent, RecordingPermission } from '@earshot/contract/scheduler/v1/events.ts';
import type { OutboxFact } from '@earshot/db';
import { botStates, type BotId } from '@earshot/kernel';
import { toPlanMessage } from '@earshot/rpc';
import type { BotStateChanged } from '../domain/bot.ts';
import { toReasonMessage, toStateMessage } from '../rpc/mapping.ts';

/** Every subject of facts about a bot. */
export function subjectsOf(botId: BotId): string[] {
  return [...botStates, 'recording-allowed', 'recording-denied'].map((what) => `bots.${botId}.${what}`);
}

const permissions = { allowed: RecordingPermission.ALLOWED, denied: RecordingPermission.DENIED } as const;

/** All that the scheduler publishes: bots.<bot_id>.<state>, each time a bot enters a state; and answers it was given. */
export function encodeBotFact({
  kind,
  bot,
  at,
  firstTime,
  transcript,
  isRecordingPending,
  isUnpaused = false,
  videoFailure = '',
}: BotStateChanged): OutboxFact {
  const id = randomUUID();
  const permission = kind === 'recording-answered' ? bot.recordingPermission : undefined;
  const payload = BotEvent.encode({
    eventId: id,
    botId: bot.botId,
    accountId: bot.accountId,
    occurredAt: new Date(at),
    state: toStateMessage(bot.state),
    endReason: toReasonMessage(bot.endReason),
    detail: '',
    wasInMeeting: bot.enteredAt !== undefined,
    retentionHours: bot.spec.retentionHours,
    transcriptId: bot.transcriptId ?? '',
    // Its options may name people and things; the transcriber needs them once the bot is out of the meeting.
    speech: bot.state === 'processing' ? toPlanMessage(bot.spec.speech) : undefined,
    ...{ firstTime, transcript, recordingPending: isRecordingPending === true },
    ...{ videoFailure, unpaused: isUnpaused },
    botSpeech: undefined,
    recordingPermission: permission ? permissions[permission] : RecordingPermission.UNSPECIFIED,
  }).finish();
  const subject = `bots.${bot.botId}.${permission ? `recording-${permission}` : bot.state}`;
  return { id, subject, payload, traceparent: bot.traceparent };
}
