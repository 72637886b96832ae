import { createHash, randomUUID } from 'node:crypto';
import { BotEvent, RecordingPermission } from '@earshot/contract/scheduler/v1/events.ts';
import type { OutboxFact } from '@earshot/db';
import { botStates, type AssignmentRef, type BotId } from '@earshot/kernel';
import { toPlanMessage, toSpeechEndedMessage, toSpeechStartedMessage } from '@earshot/rpc';
import type { BotSpoke, BotStateChanged } from '../domain/bot.ts';
import { toReasonMessage, toStateMessage } from '../rpc/mapping.ts';

/** Every subject of facts about a bot. */
export function subjectsOf(botId: BotId): string[] {
  const answers = ['recording-allowed', 'recording-denied', 'speech-started', 'speech-ended'];
  return [...botStates, ...answers].map((what) => `bots.${botId}.${what}`);
}

const permissions = { allowed: RecordingPermission.ALLOWED, denied: RecordingPermission.DENIED } as const;

/** All that the scheduler publishes: each time a bot enters a state; what it was answered; and when it begins and ends to speak. */
export function encodeBotFact(event: BotStateChanged | BotSpoke): OutboxFact {
  return 'speech' in event ? encodeSpeech(event) : encodeState(event);
}

/** bots.<bot_id>.<state>, or .recording-<answer>. */
function encodeState({
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

/** bots.<bot_id>.speech-started, .speech-ended. */
function encodeSpeech({ kind, bot, at, speech }: BotSpoke): OutboxFact {
  const id = speechFactId(bot, `${speech.speechId}.${kind}`);
  const { botId, accountId } = bot;
  const payload = BotEvent.encode(
    BotEvent.fromPartial({
      ...{ eventId: id, botId, accountId, occurredAt: new Date(at) },
      botSpeech:
        'outcome' in speech
          ? { $case: 'speechEnded', value: toSpeechEndedMessage(speech) }
          : { $case: 'speechStarted', value: toSpeechStartedMessage(speech) },
    }),
  ).finish();
  return { id, subject: `bots.${botId}.${kind}`, payload, traceparent: bot.traceparent };
}

/**
 * A joiner repeats a report until it is acknowledged, and no row says which speeches were published: the same one of an assignment has
 * the same id (RFC 9562, 5.8), by which the outbox, the broker and the notifier know a repetition for what it is.
 */
function speechFactId({ botId, epoch }: AssignmentRef, what: string): string {
  const hash = createHash('sha256').update(`${botId}.${epoch}.${what}`).digest('hex');
  const [a, b, c, d, e] = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(13, 16),
    hash.slice(17, 20),
    hash.slice(20, 32),
  ];
  return `${a}-${b}-8${c}-8${d}-${e}`;
}
