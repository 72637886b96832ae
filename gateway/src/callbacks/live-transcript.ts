import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import type { Utterance, Word } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { recordingStart } from '../contract/meeting-clock.ts';
import { attributesOf } from '../contract/custom-attributes.ts';

export interface LiveWords {
  readonly utterance: Utterance;
  readonly isFinal: boolean;
}

export interface LiveMessage {
  /** The same words have the same id, however often they are sent. */
  readonly messageId: string;
  /** Of words that may still change: newer ones take their place. Empty for those that will not. */
  readonly supersedesKey: string;
  readonly body: LiveBody;
}

type LiveBody = ReturnType<typeof toBody>;

/**
 * The messages that words make, by the `transcription_mode` that the bot was ordered with. `raw`: one for all that is
 * heard, as often as it changes. `sentence`: one for what was said in one go, once it will not change. `word`: one for
 * each word of that.
 */
export function toLiveMessages(bot: Bot, { utterance, isFinal }: LiveWords): LiveMessage[] {
  const { utteranceId, words, text } = utterance;
  const mode = transcriptionMode(bot);
  const told = { bot, utterance, isFinal, mode };
  if (!isFinal) {
    if (mode !== 'raw') return [];
    const body = toBody({ ...told, words, newText: text, text, isEndOfSpeech: false });
    return [{ messageId: `${utteranceId}-partial`, supersedesKey: utteranceId, body }];
  }
  if (mode !== 'word') {
    const body = toBody({ ...told, words, newText: text, text, isEndOfSpeech: true });
    return [{ messageId: utteranceId, supersedesKey: '', body }];
  }
  return words.map((word, index) => {
    const isEndOfSpeech = index === words.length - 1;
    const heard = isEndOfSpeech ? text : textOf(words.slice(0, index + 1));
    const body = toBody({ ...told, words: [word], newText: word.punctuated, text: heard, isEndOfSpeech });
    return { messageId: `${utteranceId}-${index}`, supersedesKey: '', body };
  });
}

interface Told extends LiveWords {
  readonly bot: Bot;
  readonly mode: string;
  readonly words: readonly Word[];
  /** What was not sent before. */
  readonly newText: string;
  /** All that is known of what was said in one go. */
  readonly text: string;
  readonly isEndOfSpeech: boolean;
}

/** The superset of the fields of every documented generation. */
function toBody({ bot, utterance, isFinal, mode, words, newText, text, isEndOfSpeech }: Told) {
  const speakerName = utterance.speakerName || 'Unknown';
  const startedAt = (recordingStart(bot) ?? bot.enteredAt)?.getTime() ?? 0;
  return {
    bot_id: bot.botId,
    speakerId: utterance.participantId,
    speakerName,
    timestamp: new Date(startedAt + (words.at(-1)?.endMs ?? utterance.endMs)).toISOString(),
    new_text: newText,
    transcript: text,
    utterance: isEndOfSpeech ? text : '',
    words: words.map((word) => ({
      word: word.text,
      punctuated_word: word.punctuated,
      start: word.startMs / 1000,
      end: word.endMs / 1000,
      confidence: word.confidence,
      speaker: speakerName,
      speech_confidence: word.confidence,
      word_is_final: isFinal,
    })),
    word_is_final: isFinal,
    is_final: isFinal,
    end_of_turn: isEndOfSpeech,
    turn_is_formatted: isEndOfSpeech,
    transcription_mode: mode,
    custom_attributes: attributesOf(bot),
  };
}

function textOf(words: readonly Word[]): string {
  return words.map(({ punctuated }) => punctuated).join(' ');
}

function transcriptionMode(bot: Bot): string {
  const options = JSON.parse(bot.spec?.speech?.optionsJson || '{}') as { transcription_mode?: string };
  return options.transcription_mode ?? 'sentence';
}
