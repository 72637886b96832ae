import type { Caption as CaptionMessage } from '@earshot/contract/common/v1/speech.ts';
import {
  AudioCodec,
  ParticipantAction,
  RecordingState as States,
  type AudioFrame,
  type ChatMessage,
  type IngestBatch,
  type IngestStart,
  type OwnVoice,
  type Participant as ParticipantMessage,
  type ParticipantChange,
  type Recording as RecordingMessage,
  type RecordingState as StateMessage,
} from '@earshot/contract/media/v1/media.ts';
import {
  AppError,
  isUuid,
  MINUTE,
  plainText,
  type AccountId,
  type BotId,
  type TranscriptId,
  type Caption,
} from '@earshot/kernel';
import { fromCaptionMessage, fromMediaPlanMessage, fromPlanMessage } from '@earshot/rpc';
import { BOT_SPEAKER_ID } from '../domain/own-voice.ts';
import type { PausedInterval } from '../domain/pauses.ts';
import type { SequencedBatch, ChatEntry, Frame } from '../domain/sequenced-batch.ts';
import { durationMsOf, missingMsOf, SAMPLES_PER_MS, type Recording } from '../domain/recording.ts';
import { detailOf } from '../domain/recording-outcome.ts';
import type { RecordingState } from '../domain/recording-state.ts';
import type { Change, Participant, Track } from '../domain/roster.ts';
import type { SessionStart } from '../session/fanout.ts';

const states: Readonly<Record<RecordingState, StateMessage>> = {
  awaited: States.UNSPECIFIED,
  recording: States.RECORDING,
  finishing: States.FINISHING,
  ready: States.READY,
  failed: States.FAILED,
  erased: States.ERASED,
};

const actions: Readonly<Record<ParticipantAction, Change['action'] | undefined>> = {
  [ParticipantAction.UNSPECIFIED]: undefined,
  [ParticipantAction.JOINED]: 'joined',
  [ParticipantAction.UPDATED]: 'updated',
  [ParticipantAction.LEFT]: 'left',
};

/** No table and no fact takes U+0000 in a text; a name with one keeps the rest. */
const text = (value: string) => plainText(value, Infinity);
/** Nothing is reported long before it happens: a time further ahead of its batch is cut to this. */
const AHEAD_MS = MINUTE;

export function fromStart(start: IngestStart): SessionStart {
  if (!isUuid(start.botId)) throw new AppError('invalid-argument', 'bot_id is not one of ours');
  if (!start.accountId) throw new AppError('invalid-argument', 'account_id is missing');
  if (!start.startedAt) throw new AppError('invalid-argument', 'started_at is missing');
  return {
    botId: start.botId as BotId,
    accountId: start.accountId as AccountId,
    epoch: start.epoch,
    startedAt: start.startedAt.getTime(),
    liveAudioSocketUrl: start.liveAudioSocketUrl,
    speech: fromPlanMessage(start.speech),
    transcriptId: start.transcriptId as TranscriptId,
    hasVideo: start.video,
    media: fromMediaPlanMessage(start.media),
    botName: text(start.botName),
  };
}

export function fromBatch(batch: IngestBatch): SequencedBatch {
  const { sequence, clockMs, frames, participants, chat, speaking, captions, captionsShown, soundLost, paused } = batch;
  const time = (ms: number) => Math.min(ms, clockMs + AHEAD_MS);
  return {
    sequence,
    clockMs,
    frames: frames.flatMap((frame) => fromFrame(frame, time)),
    isSoundLost: soundLost,
    isPaused: paused,
    changes: participants.flatMap((change) => fromChange(change, time)),
    chat: chat.map(({ messageId, senderName, senderId, text: content, own: isOwn, atMs }) => ({
      ...{ messageId: text(messageId), senderName: text(senderName), text: text(content), atMs: time(atMs) },
      ...{ senderId: text(senderId), isOwn },
    })),
    speaking: speaking.map(({ atMs, participantIds }) => ({
      atMs: time(atMs),
      participantIds: participantIds.map(text),
    })),
    captions: captions.map((caption) => fromCaption(caption, time)),
    captionsShown,
  };
}

type Time = (ms: number) => number;

function fromCaption(message: CaptionMessage, time: Time): Caption {
  const caption = fromCaptionMessage(message);
  const { trackId, speakerName, participantId, startMs, endMs } = caption;
  const names = { trackId: text(trackId), speakerName: text(speakerName), participantId: text(participantId) };
  return { ...caption, ...names, text: text(caption.text), startMs: time(startMs), endMs: time(endMs) };
}

function fromFrame(frame: AudioFrame, time: Time): Frame[] {
  if (frame.codec === AudioCodec.UNSPECIFIED) return [];
  const codec = frame.codec === AudioCodec.OPUS ? 'opus' : 'pcm';
  const { ownVoice: isOwnVoice, trackId, payload, rtpTimestamp, level } = frame;
  const arrivedMs = time(frame.arrivedMs);
  return [{ trackId: text(trackId), codec, payload, rtpTimestamp, arrivedMs, level, isOwnVoice }];
}

function fromChange(change: ParticipantChange, time: Time): Change[] {
  const action = actions[change.action];
  const participantId = text(change.participantId);
  if (!action || participantId === '') return [];
  const { atMs, name, trackIds } = change;
  return [{ ...change, action, participantId, name: text(name), atMs: time(atMs), trackIds: trackIds.map(text) }];
}

export function toRecordingMessage(
  recording: Recording,
  { hadOthers, paused }: { hadOthers: boolean; paused: readonly PausedInterval[] },
): RecordingMessage {
  return {
    botId: recording.botId,
    accountId: recording.accountId,
    state: states[recording.state],
    startedAt: new Date(recording.startedAt),
    durationMs: durationMsOf(recording),
    bytes: recording.bytes,
    sha256: recording.sha256,
    droppedItems: recording.droppedItems,
    missingMs: missingMsOf(recording),
    heardMs:
      recording.receivedSamples === undefined ? undefined : Math.round(recording.receivedSamples / SAMPLES_PER_MS),
    paused: paused.map(({ fromMs, toMs }) => ({ fromMs, toMs })),
    detail: recording.state === 'ready' ? detailOf(recording, hadOthers) : (recording.storeTrouble ?? ''),
  };
}

export function toParticipantMessage(participant: Participant, tracks: readonly Track[]): ParticipantMessage {
  const { participantId, name, joinedMs, leftMs = 0, stayMs, earlierStays, alreadyPresent } = participant;
  const trackIds = tracks.filter((track) => track.participantId === participantId).map((track) => track.trackId);
  // Of one who came back before stays were kept only the first arrival is known.
  const last = { joinedMs: earlierStays.length === 0 ? joinedMs : stayMs, leftMs };
  return { participantId, name, joinedMs, leftMs, trackIds, alreadyPresent, stays: [...earlierStays, last] };
}

/** The bot itself, where its words are kept and it has spoken. */
export function toOwnVoiceMessage(tracks: readonly Track[]): OwnVoice | undefined {
  const own = tracks.filter(({ ownName }) => ownName !== undefined);
  const name = own.at(-1)?.ownName;
  return name === undefined
    ? undefined
    : { participantId: BOT_SPEAKER_ID, name, trackIds: own.map(({ trackId }) => trackId) };
}

export function toChatMessage(line: ChatEntry): ChatMessage {
  const { isOwn: own = false, ...entry } = line;
  return { ...entry, own };
}
