import {
  TranscriptState as States,
  type StreamStart,
  type TranscribeRequest,
  type Transcript as TranscriptMessage,
  type TranscriptState as StateMessage,
  type Utterance as UtteranceMessage,
} from '@earshot/contract/transcriber/v1/transcripts.ts';
import { AppError, isUuid, type AccountId, type BotId, type TranscriptId } from '@earshot/kernel';
import { fromPlanMessage } from '@earshot/rpc';
import type { OpenLiveInput } from '../actions/open-live.ts';
import type { TranscribeAgainInput } from '../actions/transcribe-again.ts';
import type { MissedSpeech } from '../domain/missed-speech.ts';
import type { UsageSum } from '../domain/usage.ts';
import type { Transcript, TranscriptState, Utterance } from '../domain/transcript.ts';

const states: Readonly<Record<TranscriptState, StateMessage>> = {
  live: States.LIVE,
  processing: States.PROCESSING,
  ready: States.READY,
  failed: States.FAILED,
};

export function toUtteranceMessage(utterance: Utterance): UtteranceMessage {
  const { utteranceId, trackId, participantId, speakerName, text, startMs, endMs, words } = utterance;
  return { utteranceId, trackId, participantId, speakerName, text, startMs, endMs, words: [...words] };
}

/** What belongs to a transcript; what is left out is empty. */
export interface TranscriptParts {
  readonly utterances?: readonly Utterance[];
  readonly missed?: readonly MissedSpeech[] | undefined;
  readonly usage?: readonly UsageSum[] | undefined;
}

export function toTranscriptMessage(
  transcript: Transcript,
  { utterances = [], missed = [], usage = [] }: TranscriptParts,
): TranscriptMessage {
  const { transcriptId, botId, accountId, state, engine, startedAt, failure, rawJson, optionsJson } = transcript;
  return {
    ...{ transcriptId, botId, accountId, engine, failure, rawJson, optionsJson },
    state: states[state],
    startedAt: startedAt === undefined ? undefined : new Date(startedAt),
    utterances: utterances.map(toUtteranceMessage),
    createdAt: new Date(transcript.createdAt),
    missed: [...missed],
    usage: [...usage],
  };
}

const LONGEST_KEY = 255;

export function fromTranscribeMessage(request: TranscribeRequest, accountId: AccountId): TranscribeAgainInput {
  const { botId, engine, optionsJson, notifyUrl, idempotencyKey } = request;
  if (!isUuid(botId)) throw new AppError('not-found', 'no such bot');
  // It is part of a unique key, whose rows are bounded.
  if (idempotencyKey.length > LONGEST_KEY) {
    throw new AppError('invalid-argument', `idempotency_key: must have at most ${LONGEST_KEY} characters`);
  }
  return { botId: botId as BotId, accountId, engine, optionsJson, notifyUrl, idempotencyKey };
}

export function fromStartMessage(start: StreamStart): Omit<OpenLiveInput, 'streamId'> {
  const { botId, accountId, transcriptId, startedAt } = start;
  const plan = fromPlanMessage(start.speech);
  if (!isUuid(botId)) throw new AppError('invalid-argument', 'bot_id is no id');
  if (!isUuid(transcriptId)) throw new AppError('invalid-argument', 'transcript_id is no id');
  if (!plan || plan.way === 'recorded') throw new AppError('invalid-argument', 'nothing is transcribed live');
  return {
    botId: botId as BotId,
    accountId: accountId as AccountId,
    transcriptId: transcriptId as TranscriptId,
    plan,
    startedAt: startedAt?.getTime(),
  };
}
