import { AudioCodec, ParticipantAction, type IngestBatch, type IngestStart } from '@earshot/contract/media/v1/media.ts';
import type { EndReason as ReasonMessage } from '@earshot/contract/scheduler/v1/bots.ts';
import type {
  Assign,
  ConnectResponse,
  BotReport as BotReportMessage,
  AssignmentRef as AssignmentRefMessage,
} from '@earshot/contract/scheduler/v1/joiner_control.ts';
import { AppError, takesVideo, type AccountId, type AssignmentRef, type BotId, type EndReason } from '@earshot/kernel';
import {
  endReasonWords,
  fromMediaPlanMessage,
  fromPlanMessage,
  platformWords,
  toCaptionMessage,
  toMediaPlanMessage,
  toPlanMessage,
  toSpeechEndedMessage,
  toSpeechStartedMessage,
} from '@earshot/rpc';
import type { Assignment, Command, ReportedEvent } from '../domain/bot.ts';
import { flushIntervalOf } from '../domain/flush-interval.ts';
import type { BotReport } from '../domain/unacked-reports.ts';
import type { SequencedBatch } from '../domain/replay-buffer.ts';

export const toRefMessage = ({ botId, epoch }: AssignmentRef, token: string): AssignmentRefMessage => ({
  botId,
  epoch,
  token,
});

export function fromRefMessage(ref: AssignmentRefMessage | undefined): AssignmentRef {
  if (!ref) throw new AppError('invalid-argument', 'a command names no assignment');
  return { botId: ref.botId as BotId, epoch: ref.epoch };
}

/** A command, or the sequence that is acknowledged; undefined for what this version does not know. */
export function fromConnectResponse({
  message,
}: ConnectResponse): Command | { kind: 'acknowledge'; sequence: number } | undefined {
  switch (message?.$case) {
    case 'assign':
      return { kind: 'assign', assignment: fromAssign(message.value) };
    case 'leave':
      return {
        kind: 'leave',
        ref: fromRefMessage(message.value.ref),
        reason: reasonOf(message.value.reason),
      };
    case 'revoke':
      return { kind: 'revoke', ref: fromRefMessage(message.value.ref) };
    case 'setPaused':
      return { kind: 'set-paused', ref: fromRefMessage(message.value.ref), isPaused: message.value.paused };
    case 'sendChat': {
      const { ref, messageId, text } = message.value;
      return { kind: 'send-chat', ref: fromRefMessage(ref), message: { messageId, text } };
    }
    case 'otherBots':
      return { kind: 'other-bots', ref: fromRefMessage(message.value.ref), bots: message.value.bots };
    case 'acknowledge':
      return { kind: 'acknowledge', sequence: message.value.sequence };
    default:
      return undefined;
  }
}

function reasonOf(reason: ReasonMessage): EndReason {
  const word = endReasonWords.from(reason);
  if (!word) throw new AppError('invalid-argument', 'a command names no reason');
  return word;
}

function fromAssign({ ref, spec, transcriptId, accountId, paused: beginsPaused }: Assign): Assignment {
  const platform = spec && platformWords.from(spec.platform);
  if (!spec?.leave || !platform) throw new AppError('invalid-argument', 'an assignment is not complete');
  const { meetingUrl, botName, chatMessage, imageUrl, leave, destinations } = spec;
  const speech = fromPlanMessage(spec.speech);
  const { liveAudioSocketUrl = '', controlSocketUrl = '' } = destinations ?? {};
  const media = fromMediaPlanMessage(spec.media);
  return {
    ref: fromRefMessage(ref),
    accountId: accountId as AccountId,
    transcriptId,
    liveAudioSocketUrl,
    controlSocketUrl,
    media,
    speech,
    imageUrl,
    visit: {
      ...{ platform, meetingUrl, botName, chatMessage, leave, beginsPaused },
      showsPicture: imageUrl !== '',
      readsCaptions: speech?.way === 'captions',
      takesVideo: takesVideo(media),
      flushIntervalMs: flushIntervalOf({
        // Who speaks while the bot does is to be known as soon as what is streamed.
        isStreamedLive: liveAudioSocketUrl !== '' || controlSocketUrl !== '',
        isTranscribedLive: speech !== undefined && speech.way !== 'recorded',
      }),
    },
  };
}

export function toReportMessage(report: BotReport, token: string): BotReportMessage {
  const { sequence, ref, at, event } = report;
  return { sequence, ref: toRefMessage(ref, token), reportedAt: new Date(at), seen: toSeen(event) };
}

function toSeen(event: ReportedEvent): BotReportMessage['seen'] {
  switch (event.seen) {
    case 'knocked':
    case 'entered':
      return { $case: event.seen, value: {} };
    case 'recording-started':
      return { $case: 'recordingStarted', value: {} };
    case 'recording-answered':
      return { $case: 'recordingAnswered', value: { allowed: event.isAllowed } };
    case 'recording-paused':
      return { $case: 'recordingPaused', value: { paused: event.isPaused } };
    case 'chat-sent':
      return { $case: 'chatSent', value: { messageId: event.messageId, sent: event.isSent } };
    case 'identified': {
      const { rosterId, certificates } = event;
      return { $case: 'identified', value: { rosterId, certificates: [...certificates] } };
    }
    case 'speech-started':
      return { $case: 'speechStarted', value: toSpeechStartedMessage(event) };
    case 'speech-ended':
      return { $case: 'speechEnded', value: toSpeechEndedMessage(event) };
    case 'leaving':
      return { $case: 'leaving', value: { reason: endReasonWords.to(event.reason) } };
    case 'ended': {
      const { reason, detail, retryable, isRecordingPending } = event;
      const value = { reason: endReasonWords.to(reason), detail, retryable, recordingPending: isRecordingPending };
      return { $case: 'ended', value };
    }
  }
}

export function toIngestStart(
  assignment: Assignment,
  { startedAt, token }: { startedAt: number; token: string },
): IngestStart {
  const { ref, accountId, transcriptId, liveAudioSocketUrl, speech } = assignment;
  return {
    botId: ref.botId,
    epoch: ref.epoch,
    assignmentToken: token,
    accountId,
    transcriptId,
    liveAudioSocketUrl,
    startedAt: new Date(startedAt),
    speech: toPlanMessage(speech),
    video: assignment.visit.takesVideo,
    media: toMediaPlanMessage(assignment.media),
    botName: assignment.visit.botName,
  };
}

const codecs = { opus: AudioCodec.OPUS, 'pcm-s16': AudioCodec.PCM_S16 } as const;
const actions = {
  joined: ParticipantAction.JOINED,
  updated: ParticipantAction.UPDATED,
  left: ParticipantAction.LEFT,
} as const;

export function toIngestBatch(batch: SequencedBatch): IngestBatch {
  const {
    sequence,
    clockMs,
    frames,
    participants,
    chat,
    speaking,
    captions,
    captionsShown,
    isSoundLost = false,
    isPaused = false,
  } = batch;
  return {
    sequence,
    clockMs,
    frames: frames.map(({ isOwnVoice: ownVoice = false, ...frame }) => ({
      ...frame,
      ownVoice,
      codec: codecs[frame.codec],
      payload: Buffer.from(frame.payload.buffer, frame.payload.byteOffset, frame.payload.byteLength),
    })),
    participants: participants.map((change) => ({
      ...change,
      action: actions[change.action],
      trackIds: [...change.trackIds],
    })),
    chat: chat.map(({ isOwn: own = false, ...entry }) => ({ ...entry, own })),
    speaking: speaking.map(({ atMs, participantIds }) => ({ atMs, participantIds: [...participantIds] })),
    captions: captions.map(toCaptionMessage),
    captionsShown,
    soundLost: isSoundLost,
    paused: isPaused,
  };
}
