import { expect, it } from 'vitest';
import { Hands } from './hands.ts';

function doing() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { work: () => promise, resolve, reject };
}

it('does one thing at a time, in order, whatever came of the one before', async () => {
  const hands = new Hands();
  const first = doing();
  const log: string[] = [];
  const failing = hands.take(() => first.work().finally(() => log.push('first')));
  const second = hands.take(async () => void log.push('second'));
  expect(log).toEqual([]);
  first.reject(new Error('the page is gone'));
  await expect(failing).rejects.toThrow('the page is gone');
  await second;
  expect(log).toEqual(['first', 'second']);
});

it('leaves what may be left while they are in use', async () => {
  const hands = new Hands();
  const writing = doing();
  const written = hands.take(writing.work);
  expect(hands.areFree).toBe(false);
  expect(await hands.ifFree(async () => true, false)).toBe(false);
  writing.resolve('done');
  expect(await written).toBe('done');
  expect(hands.areFree).toBe(true);
  expect(await hands.ifFree(async () => true, false)).toBe(true);
});
