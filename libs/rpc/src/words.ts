import type {
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
  BotState as BotStateMessage,
  EndReason as EndReasonMessage,
  Platform as PlatformMessage,
} from '@earshot/contract/scheduler/v1/bots.ts';
import {
  audioOnly,
  botStates,
  endReasons,
  platformNames,
  readPlan,
  transcriptionWays,
  videoLayouts,
  type BotState,
  type Caption,
  type EndReason,
  type MediaPlan,
  type Platform,
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

export function toMediaPlanMessage({ layout, ...plan }: MediaPlan): MediaPlanMessage {
  return { ...plan, layout: layout === undefined ? Layouts.UNSPECIFIED : layoutWords.to(layout) };
}

/** `audioOnly` where there is none, as in orders and facts from before there were plans. */
export function fromMediaPlanMessage(message: MediaPlanMessage | undefined): MediaPlan {
  return message ? { ...message, layout: layoutWords.from(message.layout) } : audioOnly;
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
