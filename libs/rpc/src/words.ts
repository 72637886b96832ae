import type { Caption as CaptionMessage } from '@earshot/contract/common/v1/speech.ts';
import type {
  BotState as BotStateMessage,
  EndReason as EndReasonMessage,
  Platform as PlatformMessage,
} from '@earshot/contract/scheduler/v1/bots.ts';
import {
  botStates,
  endReasons,
  platformNames,
  type BotState,
  type Caption,
  type EndReason,
  type Platform,
} from '@earshot/kernel';

/** A word as the contract spells it: `waiting-room` is WAITING_ROOM. */
type Spelled<Word extends string> = Word extends `${infer Head}-${infer Tail}`
  ? `${Uppercase<Head>}_${Spelled<Tail>}`
  : Uppercase<Word>;

/** The words of the kernel that an enum of the contract spells in capitals. */
export interface EnumWords<Word extends string, Message extends string> {
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

export function toCaptionMessage({ isFinal, ...caption }: Caption): CaptionMessage {
  return { ...caption, final: isFinal };
}

export function fromCaptionMessage({ final, ...caption }: CaptionMessage): Caption {
  return { ...caption, isFinal: final };
}
