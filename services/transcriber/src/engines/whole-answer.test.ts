import { expect, it } from 'vitest';
import { toBatchTranscript, transcriptionSchema } from './openai-compatible/messages.ts';
import { withUtterances } from './whole-answer.ts';

const answer = { words: [], utterances: [], text: '', raw: {} };

it('makes an utterance of text that came alone, spread over the recording', () => {
  const raw = { text: 'Good morning everybody' };
  const read = withUtterances(toBatchTranscript(transcriptionSchema.parse(raw), raw), { audioMs: 3000 });
  expect(read.utterances).toMatchObject([{ text: 'Good morning everybody', startMs: 0, endMs: 3000 }]);
  expect(read.utterances[0]?.words.map(({ text, startMs }) => [text, startMs])).toEqual([
    ['good', 0],
    ['morning', 1000],
    ['everybody', 2000],
  ]);
});

it('makes an utterance of words that stand in none', () => {
  const words = [{ text: 'hello', punctuated: 'Hello.', startMs: 10, endMs: 20, confidence: 1 }];
  const read = withUtterances({ ...answer, text: 'Hello.', words }, { audioMs: 3000 });
  expect(read.utterances).toMatchObject([{ text: 'Hello.', startMs: 10, endMs: 20 }]);
});

it('leaves silence silent', () => {
  expect(withUtterances({ ...answer, text: ' \n' }, { audioMs: 3000 }).utterances).toEqual([]);
});
