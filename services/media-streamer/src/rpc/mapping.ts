import {
  AudioCodec,
  ParticipantAction,
  RecordingState as States,
  type AudioFrame,
  type Caption,
  type ChatMessage,
  type IngestBatch,
  type IngestStart,
  type Participant as ParticipantMessage,
  type ParticipantChange,
  type Recording as RecordingMessage,
  type RecordingState as StateMessage,
} from '@earshot/contract/media/v1/media.ts';
import { AppError, isUuid, type AccountId, type BotId, type TranscriptId } from '@earshot/kernel';
import type { Batch, CaptionLine, ChatLine, Frame } from '../domain/batch.ts';
import { durationMsOf, type Recording } from '../domain/recording.ts';
import type { RecordingState } from '../domain/recording-state.ts';
import type { Change, Participant, Track } from '../domain/roster.ts';
import type { VisitStart } from '../ingest/visit-fanout.ts';

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

/** PostgreSQL keeps no NUL in a text; whoever has one in their name keeps the rest of it. */
const text = (value: string) => value.replaceAll('\0', '');

export function fromStart(start: IngestStart): VisitStart {
  if (!isUuid(start.botId)) throw new AppError('invalid-argument', 'bot_id is not one of ours');
  if (!start.accountId) throw new AppError('invalid-argument', 'account_id is missing');
  if (!start.startedAt) throw new AppError('invalid-argument', 'started_at is missing');
  return {
    botId: start.botId as BotId,
    accountId: start.accountId as AccountId,
    epoch: start.epoch,
    startedAt: start.startedAt.getTime(),
    liveAudioSocketUrl: start.liveAudioSocketUrl,
    speechEngine: start.speechEngine,
    speechOptionsJson: start.speechOptionsJson,
    transcriptId: start.transcriptId as TranscriptId,
  };
}

export function fromBatch(batch: IngestBatch): Batch {
  const { sequence, clockMs, frames, participants, chat, speaking, captions, captionsShown } = batch;
  return {
    sequence,
    clockMs,
    frames: frames.flatMap(fromFrame),
    changes: participants.flatMap(fromChange),
    chat: chat.map((line) => ({ ...line, senderName: text(line.senderName), text: text(line.text) })),
    speaking: speaking.map(({ atMs, participantIds }) => ({ atMs, participantIds: participantIds.map(text) })),
    captions: captions.map(fromCaption),
    captionsShown,
  };
}

function fromCaption({ trackId, speakerName, participantId, final, ...caption }: Caption): CaptionLine {
  const names = { trackId: text(trackId), speakerName: text(speakerName), participantId: text(participantId) };
  return { ...caption, ...names, text: text(caption.text), isFinal: final };
}

function fromFrame(frame: AudioFrame): Frame[] {
  if (frame.codec === AudioCodec.UNSPECIFIED) return [];
  return [{ ...frame, trackId: text(frame.trackId), codec: frame.codec === AudioCodec.OPUS ? 'opus' : 'pcm' }];
}

function fromChange(change: ParticipantChange): Change[] {
  const action = actions[change.action];
  if (!action || !change.participantId) return [];
  const participantId = text(change.participantId);
  return [{ ...change, action, participantId, name: text(change.name), trackIds: change.trackIds.map(text) }];
}

export function toRecordingMessage(recording: Recording): RecordingMessage {
  return {
    botId: recording.botId,
    accountId: recording.accountId,
    state: states[recording.state],
    startedAt: new Date(recording.startedAt),
    durationMs: durationMsOf(recording),
    bytes: recording.bytes,
    sha256: recording.sha256,
  };
}

export function toParticipantMessage(participant: Participant, tracks: readonly Track[]): ParticipantMessage {
  const { participantId, name, joinedMs, leftMs = 0 } = participant;
  const trackIds = tracks.filter((track) => track.participantId === participantId).map((track) => track.trackId);
  return { participantId, name, joinedMs, leftMs, trackIds };
}

export function toChatMessage(line: ChatLine): ChatMessage {
  return { ...line };
}
