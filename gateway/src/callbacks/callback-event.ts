import { CompositionEvent } from '@earshot/contract/composer/v1/events.ts';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import type { BotState, EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import { MediaEvent, type RecordingReady } from '@earshot/contract/media/v1/events.ts';
import { ErasureEvent } from '@earshot/contract/retention/v1/events.ts';
import { TranscriptEvent } from '@earshot/contract/transcriber/v1/events.ts';
import type { Utterance } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { readFact, type ConsumedEvent } from '@earshot/events';
import type { BotSpeechEnded, BotSpeechStarted, Log } from '@earshot/kernel';
import { fromSpeechEndedMessage, fromSpeechStartedMessage } from '@earshot/rpc';

/** A fact in the terms of the public callbacks. */
export type CallbackEvent = { readonly eventId: string; readonly botId: string; readonly at: Date } & (
  | { readonly kind: 'scheduled' | 'joining' | 'waiting-room' | 'in-meeting' | 'recording' | 'leaving' }
  | { readonly kind: 'recording-paused' | 'recording-resumed' }
  /** What the bot itself says. */
  | ({ readonly kind: 'speech-started' } & BotSpeechStarted)
  | ({ readonly kind: 'speech-ended' } & BotSpeechEnded)
  /** Everything that was asked for exists, or failed: `...Failure`: why there is no transcript, or no video; empty otherwise. */
  | {
      readonly kind: 'done';
      readonly transcriptFailure: string;
      readonly videoFailure: string;
      readonly missedMs: number;
    }
  /** The video that was ordered with the bot. */
  | { readonly kind: 'video-ready' }
  | { readonly kind: 'video-failed' | 'video-skipped'; readonly detail: string }
  | { readonly kind: 'recording-allowed' | 'recording-denied' }
  | { readonly kind: 'stopped'; readonly reason: EndReason; readonly isFinal: boolean }
  | { readonly kind: 'transcript-skipped' }
  /** `missedMs`: of the recording, with silence in the place of sound that was lost; `detail`: what else is to be known of it. */
  | { readonly kind: 'audio-ready'; readonly missedMs: number; readonly keptMs: number; readonly detail: string }
  | { readonly kind: 'audio-failed'; readonly detail: string }
  /** Audio waits for the store: `detail` says why, `keptMs` what is stored so far. */
  | { readonly kind: 'recording-trouble'; readonly detail: string; readonly keptMs: number; readonly isOver: boolean }
  /** `missedMs`: speech that was recorded and is not among the words; `detail`: why, where it is known. */
  | { readonly kind: 'transcript-ready'; readonly missedMs: number; readonly detail: string }
  | { readonly kind: 'live-trouble'; readonly detail: string }
  | { readonly kind: 'transcript-failed'; readonly detail: string }
  | { readonly kind: 'erased'; readonly deletedObjects: number }
  | { readonly kind: 'erasure-failed'; readonly attempt: number }
  | {
      readonly kind: 'participant-joined' | 'participant-left' | 'speech-on' | 'speech-off';
      readonly participantId: string;
      readonly name: string;
      readonly atMs: number;
    }
  /** `participantId`: empty where the page does not say who has written it. */
  | {
      readonly kind: 'chat-posted';
      readonly participantId: string;
      readonly name: string;
      readonly atMs: number;
      readonly text: string;
      readonly messageId: string;
    }
  | {
      readonly kind: 'retranscribed';
      readonly notifyUrl: string;
      /** Empty when it is complete. */
      readonly failure: string;
    }
  | { readonly kind: 'utterance'; readonly utterance: Utterance }
);

export type CallbackEventKind = CallbackEvent['kind'];

type Told = { kind: CallbackEventKind } & Record<string, unknown>;

const kindByState: Partial<Record<BotState, CallbackEventKind>> = {
  BOT_STATE_SCHEDULED: 'scheduled',
  BOT_STATE_JOINING: 'joining',
  BOT_STATE_WAITING_ROOM: 'waiting-room',
  BOT_STATE_IN_MEETING: 'in-meeting',
  BOT_STATE_RECORDING: 'recording',
  BOT_STATE_PAUSED: 'recording-paused',
  BOT_STATE_LEAVING: 'leaving',
  BOT_STATE_DONE: 'done',
};

/** A fact's callback event; undefined when it is of no concern to a customer. */
export function toCallbackEvent(fact: ConsumedEvent, log: Log): CallbackEvent | undefined {
  const decoded = decode(fact, log);
  if (!decoded?.told) return undefined;
  const { eventId, botId, occurredAt } = decoded.event;
  return { eventId, botId, at: occurredAt ?? new Date(0), ...decoded.told } as CallbackEvent;
}

function decode(fact: ConsumedEvent, log: Log) {
  switch (fact.subject.split('.')[0]) {
    case 'bots': {
      const event = readFact(BotEvent, fact, log);
      return event && { event, told: ofBot(event) };
    }
    case 'media': {
      const event = readFact(MediaEvent, fact, log);
      return event && { event, told: ofMedia(event) };
    }
    case 'transcripts': {
      const event = readFact(TranscriptEvent, fact, log);
      return event && { event, told: ofTranscript(event) };
    }
    case 'compositions': {
      const event = readFact(CompositionEvent, fact, log);
      return event && { event, told: ofComposition(event) };
    }
    case 'erasures': {
      const event = readFact(ErasureEvent, fact, log);
      return event && { event, told: ofErasure(event) };
    }
    default:
      return undefined;
  }
}

/** A bot that is sent again passes through its states again; its customer gets each once. */
function ofBot(event: BotEvent): Told | undefined {
  if (event.botSpeech) return ofSpeech(event.botSpeech);
  if (!event.firstTime) return undefined;
  if (event.recordingPermission === 'RECORDING_PERMISSION_ALLOWED') return { kind: 'recording-allowed' };
  if (event.recordingPermission === 'RECORDING_PERMISSION_DENIED') return { kind: 'recording-denied' };
  if (event.state === 'BOT_STATE_PROCESSING') return { kind: 'stopped', reason: event.endReason, isFinal: false };
  if (event.state === 'BOT_STATE_FAILED') return { kind: 'stopped', reason: event.endReason, isFinal: true };
  if (event.unpaused) return { kind: 'recording-resumed' };
  const kind = kindByState[event.state];
  if (kind !== 'done') return kind && { kind };
  const { failure = '', missedMs = 0 } = event.transcript ?? {};
  return { kind, transcriptFailure: failure, videoFailure: event.videoFailure, missedMs };
}

function ofSpeech(speech: NonNullable<BotEvent['botSpeech']>): Told {
  return speech.$case === 'speechStarted'
    ? { kind: 'speech-started', ...fromSpeechStartedMessage(speech.value) }
    : { kind: 'speech-ended', ...fromSpeechEndedMessage(speech.value) };
}

function ofMedia({ fact }: MediaEvent): Told | undefined {
  switch (fact?.$case) {
    case 'recordingReady':
      return ofReady(fact.value);
    case 'recordingMissing':
      return { kind: 'audio-failed', detail: fact.value.detail };
    case 'recordingTrouble': {
      const { detail, keptMs, visitOver: isOver } = fact.value;
      return { kind: 'recording-trouble', detail, keptMs, isOver };
    }
    case 'participantJoined':
      return { kind: 'participant-joined', ...fact.value };
    case 'participantLeft':
      return { kind: 'participant-left', ...fact.value };
    case 'speechOn':
      return { kind: 'speech-on', ...fact.value };
    case 'speechOff':
      return { kind: 'speech-off', ...fact.value };
    case 'chatPosted': {
      const { senderId: participantId, senderName: name, ...message } = fact.value;
      return { kind: 'chat-posted', participantId, name, ...message };
    }
    default:
      return undefined;
  }
}

function ofReady({ durationMs, missingMs, detail }: RecordingReady): Told {
  return { kind: 'audio-ready', missedMs: missingMs, keptMs: Math.max(0, durationMs - missingMs), detail };
}

function ofTranscript({ fact }: TranscriptEvent): Told | undefined {
  switch (fact?.$case) {
    case 'transcriptReady':
      return { kind: 'transcript-ready', missedMs: fact.value.missedMs, detail: fact.value.detail };
    case 'transcriptSkipped':
      return { kind: 'transcript-skipped' };
    case 'liveTrouble':
      return { kind: 'live-trouble', detail: fact.value.detail };
    case 'transcriptFailed':
      return { kind: 'transcript-failed', detail: fact.value.detail };
    case 'retranscribed':
      return { kind: 'retranscribed', notifyUrl: fact.value.notifyUrl, failure: fact.value.failure };
    case 'utteranceFinal':
      return fact.value.utterance && { kind: 'utterance', utterance: fact.value.utterance };
    default:
      return undefined;
  }
}

/** What was asked for after the visit has no callback: `done` is the last one before the deletion. */
function ofComposition({ fact }: CompositionEvent): Told | undefined {
  if (!fact?.value.ordered) return undefined;
  switch (fact.$case) {
    case 'videoReady':
      return { kind: 'video-ready' };
    case 'videoFailed':
      return { kind: 'video-failed', detail: fact.value.detail };
    case 'videoSkipped':
      return { kind: 'video-skipped', detail: fact.value.detail };
  }
}

function ofErasure({ fact }: ErasureEvent): Told | undefined {
  switch (fact?.$case) {
    case 'erasureDone':
      return { kind: 'erased', deletedObjects: fact.value.deletedObjects };
    case 'erasureFailed':
      return { kind: 'erasure-failed', attempt: fact.value.attempt };
    default:
      return undefined;
  }
}
