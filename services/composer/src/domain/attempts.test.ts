import { expect, it } from 'vitest';
import { mayBegin, retryDelayMs } from './attempts.ts';

it('tries five times, each time later', () => {
  const delays = [1, 2, 3, 4, 5].map((attempt) => retryDelayMs('unavailable', attempt));
  expect(delays).toEqual([2000, 4000, 8000, 16_000, undefined]);
  expect([5, 6].map(mayBegin)).toEqual([true, false]);
});

it('does not try again what cannot come right', () => {
  expect(retryDelayMs('not-found', 1)).toBeUndefined();
  expect(retryDelayMs('invalid-argument', 1)).toBeUndefined();
});
