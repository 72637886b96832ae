import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import type { Utterance } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { attributesOf } from './callbacks.ts';

export interface LiveWords {
  readonly utterance: Utterance;
  readonly isFinal: boolean;
}

/** One live message that satisfies every documented generation of clients: the superset of their fields. */
export function toLiveTranscript(bot: Bot, { utterance, isFinal }: LiveWords) {
  const speakerName = utterance.speakerName || 'Unknown';
  const startedAt = bot.enteredAt?.getTime() ?? 0;
  return {
    bot_id: bot.botId,
    speakerId: utterance.participantId,
    speakerName,
    timestamp: new Date(startedAt + utterance.endMs).toISOString(),
    new_text: utterance.text,
    transcript: utterance.text,
    utterance: isFinal ? utterance.text : '',
    words: utterance.words.map((word) => ({
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
    end_of_turn: isFinal,
    turn_is_formatted: isFinal,
    transcription_mode: transcriptionMode(bot),
    custom_attributes: attributesOf(bot),
  };
}

function transcriptionMode(bot: Bot): string {
  const options = JSON.parse(bot.spec?.speech?.optionsJson || '{}') as { transcription_mode?: string };
  return options.transcription_mode ?? 'sentence';
}
