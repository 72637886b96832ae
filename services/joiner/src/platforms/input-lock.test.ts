import { expect, it } from 'vitest';
import { InputLock } from './input-lock.ts';

function doing() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { work: () => promise, resolve, reject };
}

it('does one thing at a time, in order, whatever came of the one before', async () => {
  const inputLock = new InputLock();
  const first = doing();
  const log: string[] = [];
  const failing = inputLock.take(() => first.work().finally(() => log.push('first')));
  const second = inputLock.take(async () => void log.push('second'));
  expect(log).toEqual([]);
  first.reject(new Error('the page is gone'));
  await expect(failing).rejects.toThrow('the page is gone');
  await second;
  expect(log).toEqual(['first', 'second']);
});

it('leaves what may be left while they are in use', async () => {
  const inputLock = new InputLock();
  const writing = doing();
  const written = inputLock.take(writing.work);
  expect(inputLock.isFree).toBe(false);
  expect(await inputLock.ifFree(async () => true, false)).toBe(false);
  writing.resolve('done');
  expect(await written).toBe('done');
  expect(inputLock.isFree).toBe(true);
  expect(await inputLock.ifFree(async () => true, false)).toBe(true);
});
