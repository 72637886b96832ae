import { expect, it } from 'vitest';
import { isSameQuestion } from './question.ts';

const question = { engine: 'deepgram', optionsJson: '{}', notifyUrl: '', idempotencyKey: '' };
const under = { ...question, purpose: 'again', state: 'processing' } as const;
const keyed = { ...question, idempotencyKey: 'k' };

it.each([
  ['an equal one that is under way', question, under, true],
  ['one that is complete', question, { ...under, state: 'ready' } as const, false],
  ['one that failed', question, { ...under, state: 'failed' } as const, false],
  ['another engine', question, { ...under, engine: 'assemblyai' }, false],
  ['other options', question, { ...under, optionsJson: '{"a":1}' }, false],
  ['another address', question, { ...under, notifyUrl: 'https://a.example' }, false],
  ['the transcript of the visit', question, { ...under, purpose: 'visit' } as const, false],
  ['one with a key, asked without', question, { ...under, idempotencyKey: 'k' }, false],
  ['the same key, complete', keyed, { ...under, idempotencyKey: 'k', state: 'ready' } as const, true],
  ['another key', keyed, { ...under, idempotencyKey: 'l' }, false],
])('compares with %s', (_, asked, transcript, isSame) => {
  expect(isSameQuestion(asked, transcript)).toBe(isSame);
});

it('refuses a key that asked for something else', () => {
  expect(() => isSameQuestion(keyed, { ...under, idempotencyKey: 'k', engine: 'assemblyai' })).toThrow(
    expect.objectContaining({ code: 'already-exists' }),
  );
});
