import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { FakeClock, HOUR, SECOND } from './clock.ts';
import { AppError } from './errors.ts';
import { withTimeout } from './with-timeout.ts';

const never = () => new Promise<never>(() => {});
/** In one turn of a real timer, so that the default is seen as well. */
const atOnce = { timeoutMs: 0 };

it('hands the outcome on, good or bad', async () => {
  expect(await withTimeout(Promise.resolve('there'), { timeoutMs: HOUR })).toBe('there');
  await expect(withTimeout(Promise.reject(new Error('no')), { timeoutMs: HOUR })).rejects.toThrow('no');
});

it('gives up when the time is over, in the words that it was given', async () => {
  await expect(withTimeout(never(), atOnce)).rejects.toMatchObject({ code: 'deadline-exceeded' });
  const toError = () => new AppError('unavailable', 'nobody there');
  await expect(withTimeout(never(), { ...atOnce, toError })).rejects.toMatchObject({ message: 'nobody there' });
});

it('goes by the clock that it was given', async () => {
  const clock = new FakeClock();
  let outcome = 'waiting';
  const waited = withTimeout(never(), { timeoutMs: SECOND, clock }).catch(() => (outcome = 'over'));
  await clock.advance(999);
  await new Promise(setImmediate);
  expect(outcome).toBe('waiting');
  await clock.advance(1);
  await waited;
  expect(outcome).toBe('over');
});

it('ends with its signal, by its reason, also where that aborted before', async () => {
  const stopping = new AbortController();
  const options = { timeoutMs: HOUR, signal: stopping.signal };
  const waited = withTimeout(never(), options);
  stopping.abort(new Error('closing'));
  await expect(waited).rejects.toThrow('closing');
  await expect(withTimeout(never(), options)).rejects.toThrow('closing');
});

it('leaves nothing behind: no listener, no sleeper, no rejection that nobody handles', async () => {
  const { signal } = new AbortController();
  const clock = new FakeClock();
  const asleep: AbortSignal[] = [];
  const watched = {
    sleep: (ms: number, until?: AbortSignal) => (asleep.push(until as AbortSignal), clock.sleep(ms, until)),
  };
  await withTimeout(Promise.resolve(), { timeoutMs: HOUR, signal, clock: watched });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(asleep.map(({ aborted }) => aborted)).toEqual([true]);

  const late = Promise.withResolvers<never>();
  await expect(withTimeout(late.promise, atOnce)).rejects.toThrow();
  late.reject(new Error('too late to matter'));
  await new Promise(setImmediate);
});
