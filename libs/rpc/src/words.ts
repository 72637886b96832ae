import type {
  BargeIn as BargeInMessage,
  LiveAudioEncoding as EncodingMessage,
  MediaPlan as MediaPlanMessage,
  VideoLayout as LayoutMessage,
} from '@earshot/contract/common/v1/media_plan.ts';
import { VideoLayout as Layouts } from '@earshot/contract/common/v1/media_plan.ts';
import type { Caption as CaptionMessage } from '@earshot/contract/common/v1/speech.ts';
import type {
  TranscriptionPlan as PlanMessage,
  TranscriptionWay as WayMessage,
} from '@earshot/contract/common/v1/transcription.ts';
import type {
  SpeechEnded as SpeechEndedMessage,
  SpeechOutcome as OutcomeMessage,
  SpeechSource as SourceMessage,
  SpeechStarted as SpeechStartedMessage,
} from '@earshot/contract/scheduler/v1/joiner_control.ts';
import type {
  BotState as BotStateMessage,
  EndReason as EndReasonMessage,
  Platform as PlatformMessage,
} from '@earshot/contract/scheduler/v1/bots.ts';
import {
  audioOnly,
  bargeIns,
  botStates,
  endReasons,
  liveAudioEncodings,
  liveAudioRates,
  platformNames,
  readPlan,
  speechOutcomes,
  speechSources,
  transcriptionWays,
  videoLayouts,
  type BargeIn,
  type BotSpeechEnded,
  type BotSpeechStarted,
  type BotState,
  type Caption,
  type EndReason,
  type LiveAudioEncoding,
  type MediaPlan,
  type Platform,
  type SpeechOutcome,
  type SpeechSource,
  type TranscriptionPlan,
  type TranscriptionWay,
  type VideoLayout,
} from '@earshot/kernel';

/** A word as the contract spells it: `waiting-room` is WAITING_ROOM. */
type Spelled<Word extends string> = Word extends `${infer Head}-${infer Tail}`
  ? `${Uppercase<Head>}_${Spelled<Tail>}`
  : Uppercase<Word>;

/** The words of the kernel that an enum of the contract spells in capitals. */
interface EnumWords<Word extends string, Message extends string> {
  readonly to: (word: Word) => Message;
  /** Undefined for what is not specified, or comes from a later version. */
  readonly from: (message: Message) => Word | undefined;
}

function enumWords<const Prefix extends string, const Word extends string>(
  prefix: Prefix,
  words: readonly Word[],
): EnumWords<Word, `${Prefix}_${Spelled<Word>}` | `${Prefix}_UNSPECIFIED`> {
  type Message = `${Prefix}_${Spelled<Word>}`;
  const spell = (word: Word) => `${prefix}_${word.toUpperCase().replaceAll('-', '_')}` as Message;
  const byMessage = new Map<string, Word>(words.map((word) => [spell(word), word]));
  return { to: spell, from: (message) => byMessage.get(message) };
}

// Where a word stands on one side only, its line does not compile.
export const platformWords: EnumWords<Platform, PlatformMessage> = enumWords('PLATFORM', platformNames);
export const botStateWords: EnumWords<BotState, BotStateMessage> = enumWords('BOT_STATE', botStates);
export const endReasonWords: EnumWords<EndReason, EndReasonMessage> = enumWords('END_REASON', endReasons);
export const layoutWords: EnumWords<VideoLayout, LayoutMessage> = enumWords('VIDEO_LAYOUT', videoLayouts);
const wayWords: EnumWords<TranscriptionWay, WayMessage> = enumWords('TRANSCRIPTION_WAY', transcriptionWays);

const bargeInWords: EnumWords<BargeIn, BargeInMessage> = enumWords('BARGE_IN', bargeIns);
const encodingWords: EnumWords<LiveAudioEncoding, EncodingMessage> = enumWords(
  'LIVE_AUDIO_ENCODING',
  liveAudioEncodings,
);

export function toMediaPlanMessage({ layout, voice, liveAudio, ...plan }: MediaPlan): MediaPlanMessage {
  const { isRecorded, isTranscribed: transcribed, bargeIn } = voice;
  const { isSeparate: separate, sampleRate, encoding, hasSpeechEvents: speechEvents } = liveAudio;
  return {
    ...plan,
    layout: layout === undefined ? Layouts.UNSPECIFIED : layoutWords.to(layout),
    voice: { unrecorded: !isRecorded, transcribed, bargeIn: bargeInWords.to(bargeIn) },
    liveAudio: { separate, sampleRate, encoding: encodingWords.to(encoding), speechEvents },
  };
}

/** `audioOnly` where there is none, as in orders and facts from before there were plans; so with each part of a plan. */
export function fromMediaPlanMessage(message: MediaPlanMessage | undefined): MediaPlan {
  if (!message) return audioOnly;
  const { voice, liveAudio, layout, ...plan } = message;
  return {
    ...plan,
    layout: layoutWords.from(layout),
    voice: voice
      ? {
          isRecorded: !voice.unrecorded,
          isTranscribed: voice.transcribed,
          bargeIn: bargeInWords.from(voice.bargeIn) ?? audioOnly.voice.bargeIn,
        }
      : audioOnly.voice,
    liveAudio: liveAudio
      ? {
          isSeparate: liveAudio.separate,
          sampleRate: liveAudioRates.find((rate) => rate === liveAudio.sampleRate) ?? audioOnly.liveAudio.sampleRate,
          encoding: encodingWords.from(liveAudio.encoding) ?? audioOnly.liveAudio.encoding,
          hasSpeechEvents: liveAudio.speechEvents,
        }
      : audioOnly.liveAudio,
  };
}

const outcomeWords: EnumWords<SpeechOutcome, OutcomeMessage> = enumWords('SPEECH_OUTCOME', speechOutcomes);
const sourceWords: EnumWords<SpeechSource, SourceMessage> = enumWords('SPEECH_SOURCE', speechSources);

export function toSpeechStartedMessage({ speechId, source }: BotSpeechStarted): SpeechStartedMessage {
  return { speechId, source: sourceWords.to(source) };
}

export function fromSpeechStartedMessage({ speechId, source }: SpeechStartedMessage): BotSpeechStarted {
  return { speechId, source: sourceWords.from(source) ?? 'api' };
}

export function toSpeechEndedMessage({ outcome, heardMs, totalMs, ...speech }: BotSpeechEnded): SpeechEndedMessage {
  return { ...toSpeechStartedMessage(speech), outcome: outcomeWords.to(outcome), heardMs, totalMs };
}

export function fromSpeechEndedMessage({ outcome, heardMs, totalMs, ...speech }: SpeechEndedMessage): BotSpeechEnded {
  return {
    ...fromSpeechStartedMessage(speech),
    outcome: outcomeWords.from(outcome) ?? 'unavailable',
    heardMs,
    totalMs,
  };
}

export function toCaptionMessage({ isFinal, ...caption }: Caption): CaptionMessage {
  return { ...caption, final: isFinal };
}

export function fromCaptionMessage({ final, ...caption }: CaptionMessage): Caption {
  return { ...caption, isFinal: final };
}

export function toPlanMessage(plan: TranscriptionPlan | undefined): PlanMessage | undefined {
  return plan && { engine: plan.engine, optionsJson: plan.optionsJson, way: wayWords.to(plan.way) };
}

/** Undefined when nothing is to be transcribed. */
export function fromPlanMessage(message: PlanMessage | undefined): TranscriptionPlan | undefined {
  return message?.engine ? readPlan({ ...message, way: wayWords.from(message.way) }) : undefined;
}
