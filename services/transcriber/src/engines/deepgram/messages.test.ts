import { describe, expect, it } from 'vitest';
import { readBatchResponse, readStreamingMessage } from './messages.ts';

const hello = { word: 'hello', start: 1, end: 1.5, confidence: 0.9, punctuated_word: 'Hello.' };
const results = (channel: unknown, more: object = {}) => ({
  ...{ type: 'Results', is_final: true, speech_final: true, start: 1, duration: 2, channel },
  ...more,
});
const read = (message: unknown) => readStreamingMessage('deepgram_streaming', message);
const wordsOf = (message: unknown) => {
  const result = read(message);
  return result?.type === 'Results' ? result.words.map(({ text, confidence }) => [text, confidence]) : result;
};

describe('readStreamingMessage', () => {
  it.each([
    ['a message of an unknown type', { type: 'Sentiment', score: 1 }, { type: 'other' }],
    ['a message without a type', { hello: true }, { type: 'other' }],
    ['no alternatives', results({ alternatives: [] }), []],
    ['no channel', results(null), []],
    ['a null confidence', results({ alternatives: [{ words: [{ ...hello, confidence: null }] }] }), [['hello', 0]]],
    ['a null speaker', results({ alternatives: [{ words: [{ ...hello, speaker: null }] }] }), [['hello', 0.9]]],
    [
      'a word of a new shape among others',
      results({ alternatives: [{ words: [hello, { emoji: 1 }] }] }),
      [['hello', 0.9]],
    ],
    [
      'text without words',
      results({ alternatives: [{ transcript: 'Hello there', confidence: 0.8 }] }),
      [
        ['hello', 0.8],
        ['there', 0.8],
      ],
    ],
    [
      'flags of another kind',
      results({ alternatives: [{ words: [hello] }] }, { speech_final: null }),
      [['hello', 0.9]],
    ],
  ])('goes on at %s', (_, message, expected) => {
    expect(wordsOf(message)).toEqual(expected);
  });

  it.each([
    ['text that is no JSON', 'garbage'],
    ['null', null],
    ['words without any time', results({ alternatives: [{ transcript: 'Hello' }] }, { start: undefined })],
  ])('cannot go on at %s', (_, message) => {
    expect(read(message)).toBeUndefined();
  });

  it('places text without words in the time of its results', () => {
    expect(read(results({ alternatives: [{ transcript: 'one two' }] }))).toMatchObject({
      words: [
        { startMs: 1000, endMs: 2000 },
        { startMs: 2000, endMs: 3000 },
      ],
    });
  });
});

describe('readBatchResponse', () => {
  const answer = (results: unknown, metadata: unknown = { duration: 4 }) =>
    readBatchResponse('deepgram', { metadata, results });
  const alternative = { transcript: 'Hello.', words: [hello] };

  it.each([
    ['a null language', { channels: [{ detected_language: null, alternatives: [alternative] }] }],
    ['utterances that are empty', { channels: [{ alternatives: [alternative] }], utterances: [] }],
    ['null utterances', { channels: [{ alternatives: [alternative] }], utterances: null }],
    [
      'a null speaker',
      { channels: [{ alternatives: [alternative] }], utterances: [{ words: [hello], speaker: null }] },
    ],
  ])('reads the words beside %s', (_, results) => {
    expect(answer(results)).toMatchObject({ text: 'Hello.', utterances: [{ text: 'Hello.', startMs: 1000 }] });
  });

  it('reads silence where there are no channels, and a duration only where there is one', () => {
    expect(answer({ channels: [] }, null)).toMatchObject({ words: [], utterances: [], text: '' });
    expect(answer({ channels: [] }, null)).not.toHaveProperty('durationMs');
  });

  it('does not read what has no results', () => {
    expect(readBatchResponse('deepgram', '{"results":{"chan')).toBeUndefined();
    expect(readBatchResponse('deepgram', { metadata: {} })).toBeUndefined();
  });
});
