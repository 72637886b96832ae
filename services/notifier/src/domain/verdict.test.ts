import { expect, it } from 'vitest';
import type { AttemptError } from './delivery.ts';
import { isSuccess, judge } from './verdict.ts';

it.each([
  [199, false],
  [200, true],
  [299, true],
  [300, false],
  [0, false],
])('takes %i for success: %j', (status, expected) => {
  expect(isSuccess(status)).toBe(expected);
});

const at = (status: number, error: AttemptError | '') => ({ status, error });
const options = { now: 1000, waitMs: () => 50 };

it('settles, repeats, gives up and disables', () => {
  expect(judge(at(204, ''), options)).toEqual({ state: 'delivered' });
  expect(judge(at(503, 'status'), options)).toEqual({ state: 'pending', dueAt: 1050 });
  expect(judge(at(0, 'timeout'), options)).toEqual({ state: 'pending', dueAt: 1050 });
  expect(judge(at(503, 'status'), { now: 1000, waitMs: () => undefined })).toEqual({ state: 'dead', disable: false });
  expect(judge(at(410, 'status'), options)).toEqual({ state: 'dead', disable: true });
});
