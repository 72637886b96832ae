import { AudioCodec, ParticipantAction, type IngestBatch, type IngestStart } from '@earshot/contract/media/v1/media.ts';
import {
  Platform as Platforms,
  type EndReason as ReasonMessage,
  type Platform as PlatformMessage,
} from '@earshot/contract/scheduler/v1/bots.ts';
import type {
  Assign,
  AttendResponse,
  Observation as ObservationMessage,
  Seat as SeatMessage,
} from '@earshot/contract/scheduler/v1/attendance.ts';
import { AppError, type AccountId, type BotId } from '@earshot/kernel';
import type { Assignment, EndReason, Order, Platform, Seat, Sighting } from '../domain/bot.ts';
import { paceOf } from '../domain/pace.ts';
import type { Observation } from '../domain/outbox.ts';
import type { Numbered } from '../domain/stretch-ring.ts';

const platforms: Readonly<Record<PlatformMessage, Platform | undefined>> = {
  [Platforms.UNSPECIFIED]: undefined,
  [Platforms.WEB]: 'web',
  [Platforms.GOOGLE_MEET]: 'google-meet',
  [Platforms.ZOOM]: 'zoom',
  [Platforms.TEAMS]: 'teams',
};

/** The speech engine that is no engine: the meeting's own captions. */
const CAPTIONS = 'meeting_captions';

/** Our words and the contract's differ only in their dress: `everyone-left` is END_REASON_EVERYONE_LEFT. */
const toReasonMessage = (reason: EndReason) =>
  `END_REASON_${reason.toUpperCase().replaceAll('-', '_')}` as ReasonMessage;
const fromReasonMessage = (reason: ReasonMessage) =>
  reason.slice('END_REASON_'.length).toLowerCase().replaceAll('_', '-') as EndReason;

export const toSeatMessage = ({ botId, epoch }: Seat, token: string): SeatMessage => ({ botId, epoch, token });

export function fromSeatMessage(seat: SeatMessage | undefined): Seat {
  if (!seat) throw new AppError('invalid-argument', 'an order names no seat');
  return { botId: seat.botId as BotId, epoch: seat.epoch };
}

/** An order, or the sequence that is acknowledged; undefined for what this version does not know. */
export function fromAttendResponse({
  message,
}: AttendResponse): Order | { kind: 'acknowledge'; sequence: number } | undefined {
  switch (message?.$case) {
    case 'assign':
      return { kind: 'assign', assignment: fromAssign(message.value) };
    case 'leave':
      return {
        kind: 'leave',
        seat: fromSeatMessage(message.value.seat),
        reason: fromReasonMessage(message.value.reason),
      };
    case 'abandon':
      return { kind: 'abandon', seat: fromSeatMessage(message.value.seat) };
    case 'say': {
      const { seat, messageId, text } = message.value;
      return { kind: 'say', seat: fromSeatMessage(seat), message: { messageId, text } };
    }
    case 'otherBots':
      return { kind: 'other-bots', seat: fromSeatMessage(message.value.seat), bots: message.value.bots };
    case 'acknowledge':
      return { kind: 'acknowledge', sequence: message.value.sequence };
    default:
      return undefined;
  }
}

function fromAssign({ seat, spec, transcriptId, accountId }: Assign): Assignment {
  const platform = spec && platforms[spec.platform];
  if (!spec?.leave || !platform) throw new AppError('invalid-argument', 'an assignment is not complete');
  const { meetingUrl, botName, chatMessage, imageUrl, leave, speech, destinations } = spec;
  const liveAudioSocketUrl = destinations?.liveAudioSocketUrl ?? '';
  return {
    seat: fromSeatMessage(seat),
    accountId: accountId as AccountId,
    transcriptId,
    liveAudioSocketUrl,
    speech,
    imageUrl,
    visit: {
      ...{ platform, meetingUrl, botName, chatMessage, leave },
      showsPicture: imageUrl !== '',
      readsCaptions: speech?.engine === CAPTIONS,
      soundEveryMs: paceOf({ isHeardLive: liveAudioSocketUrl !== '', isTranscribedLive: isLive(speech) === true }),
    },
  };
}

export function toObservationMessage(observation: Observation, token: string): ObservationMessage {
  const { sequence, seat, at, sighting } = observation;
  return { sequence, seat: toSeatMessage(seat, token), observedAt: new Date(at), seen: toSeen(sighting) };
}

function toSeen(sighting: Sighting): ObservationMessage['seen'] {
  switch (sighting.seen) {
    case 'knocked':
    case 'entered':
      return { $case: sighting.seen, value: {} };
    case 'recording-started':
      return { $case: 'recordingStarted', value: {} };
    case 'recording-answered':
      return { $case: 'recordingAnswered', value: { allowed: sighting.isAllowed } };
    case 'said':
      return { $case: 'said', value: { messageId: sighting.messageId, sent: sighting.isSent } };
    case 'identified': {
      const { rosterId, certificates } = sighting;
      return { $case: 'identified', value: { rosterId, certificates: [...certificates] } };
    }
    case 'leaving':
      return { $case: 'leaving', value: { reason: toReasonMessage(sighting.reason) } };
    case 'ended': {
      const { reason, detail, retryable, isRecordingPending } = sighting;
      const value = { reason: toReasonMessage(reason), detail, retryable, recordingPending: isRecordingPending };
      return { $case: 'ended', value };
    }
  }
}

/** Live speech is for engines that stream, or read captions; the others work on the finished recording. */
const isLive = (speech: Assignment['speech']) => speech?.engine.endsWith('_streaming') || speech?.engine === CAPTIONS;

export function toIngestStart(
  assignment: Assignment,
  { startedAt, token }: { startedAt: number; token: string },
): IngestStart {
  const { seat, accountId, transcriptId, liveAudioSocketUrl, speech } = assignment;
  const live = isLive(speech) ? speech : undefined;
  return {
    botId: seat.botId,
    epoch: seat.epoch,
    assignmentToken: token,
    accountId,
    transcriptId,
    liveAudioSocketUrl,
    startedAt: new Date(startedAt),
    speechEngine: live?.engine ?? '',
    speechOptionsJson: live?.optionsJson ?? '',
  };
}

const codecs = { opus: AudioCodec.OPUS, 'pcm-s16': AudioCodec.PCM_S16 } as const;
const actions = {
  joined: ParticipantAction.JOINED,
  updated: ParticipantAction.UPDATED,
  left: ParticipantAction.LEFT,
} as const;

export function toIngestBatch(stretch: Numbered): IngestBatch {
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
  } = stretch;
  return {
    sequence,
    clockMs,
    frames: frames.map((frame) => ({
      ...frame,
      codec: codecs[frame.codec],
      payload: Buffer.from(frame.payload.buffer, frame.payload.byteOffset, frame.payload.byteLength),
    })),
    participants: participants.map((change) => ({
      ...change,
      action: actions[change.action],
      trackIds: [...change.trackIds],
    })),
    chat: [...chat],
    speaking: speaking.map(({ atMs, participantIds }) => ({ atMs, participantIds: [...participantIds] })),
    captions: captions.map(({ isFinal, ...caption }) => ({ ...caption, final: isFinal })),
    captionsShown,
    soundLost: isSoundLost,
  };
}
