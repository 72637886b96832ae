import { isUuid } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { utteranceId } from './utterance-id.ts';

it('is the same for the same utterance and another for every other', () => {
  const id = utteranceId('t', 'a', 0);
  expect(isUuid(id)).toBe(true);
  expect(utteranceId('t', 'a', 0)).toBe(id);
  expect(new Set([id, utteranceId('t', 'a', 1), utteranceId('t', 'b', 0), utteranceId('u', 'a', 0)]).size).toBe(4);
});
