import { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { Utterance } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { describe, expect, it } from 'vitest';
import { toLiveMessages } from './live-transcript.ts';

const utterance = Utterance.fromPartial({
  ...{ utteranceId: 'u1', trackId: 't1', participantId: 'p1', speakerName: 'Ada', text: 'Good morning.' },
  ...{ startMs: 1000, endMs: 1900 },
  words: [
    { text: 'good', punctuated: 'Good', startMs: 1000, endMs: 1300, confidence: 0.9 },
    { text: 'morning', punctuated: 'morning.', startMs: 1400, endMs: 1900, confidence: 0.8 },
  ],
});

function botWith(mode: string | undefined): Bot {
  const optionsJson = JSON.stringify({ ...(mode && { transcription_mode: mode }) });
  return Bot.fromPartial({
    ...{ botId: 'b1', enteredAt: new Date('2026-01-02T03:04:00Z') },
    spec: { attributesJson: '{"team":"x"}', speech: { engine: 'deepgram_streaming', optionsJson } },
  });
}

const messages = (mode: string | undefined, isFinal: boolean) => toLiveMessages(botWith(mode), { utterance, isFinal });

describe('live words', () => {
  it('are sent raw as they come, each newer one in the place of the one before', () => {
    expect(messages('raw', false)).toMatchObject([
      {
        ...{ messageId: 'u1-partial', supersedesKey: 'u1' },
        body: { transcript: 'Good morning.', utterance: '', is_final: false, end_of_turn: false },
      },
    ]);
    expect(messages('raw', true)).toMatchObject([
      { messageId: 'u1', supersedesKey: '', body: { is_final: true, end_of_turn: true, transcription_mode: 'raw' } },
    ]);
  });

  it('are sent by the sentence once it will not change, which is the default', () => {
    for (const mode of ['sentence', undefined]) {
      expect(messages(mode, false)).toEqual([]);
      expect(messages(mode, true)).toMatchObject([
        {
          messageId: 'u1',
          body: { new_text: 'Good morning.', utterance: 'Good morning.', transcription_mode: 'sentence' },
        },
      ]);
    }
  });

  it('are sent one by one, each once, the last of which ends the turn', () => {
    expect(messages('word', false)).toEqual([]);
    const told = messages('word', true);
    expect(told.map(({ messageId }) => messageId)).toEqual(['u1-0', 'u1-1']);
    expect(told.map(({ body }) => body)).toMatchObject([
      {
        ...{ new_text: 'Good', transcript: 'Good', utterance: '', word_is_final: true, end_of_turn: false },
        ...{ timestamp: '2026-01-02T03:04:01.300Z', words: [{ word: 'good', start: 1, end: 1.3 }] },
      },
      {
        ...{ new_text: 'morning.', transcript: 'Good morning.', utterance: 'Good morning.', end_of_turn: true },
        ...{ timestamp: '2026-01-02T03:04:01.900Z', words: [{ word: 'morning', start: 1.4, end: 1.9 }] },
      },
    ]);
  });

  it('have every field of the documented generations', () => {
    const [message] = messages('raw', true);
    const fields =
      'bot_id speakerId speakerName timestamp new_text transcript utterance words word_is_final is_final end_of_turn ' +
      'turn_is_formatted transcription_mode custom_attributes';
    expect(Object.keys(message!.body)).toEqual(fields.split(' '));
    expect(Object.keys(message!.body.words[0]!)).toEqual(
      'word punctuated_word start end confidence speaker speech_confidence word_is_final'.split(' '),
    );
    expect(message!.body).toMatchObject({ speakerId: 'p1', speakerName: 'Ada', custom_attributes: { team: 'x' } });
  });
});
