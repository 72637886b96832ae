import { expect, it } from 'vitest';
import { waitFor } from './wait-for.ts';

it('says what was waited for when the time is up, also of work that heeds no signal', async () => {
  const signal = AbortSignal.timeout(1);
  const work = () => new Promise<never>(() => {});
  await expect(waitFor('the callback Stopped', { work, signal })).rejects.toThrow(
    'the time is up: it waited for the callback Stopped',
  );
});

it('says that it was interrupted, and hands on what else goes wrong', async () => {
  const work = () => new Promise<never>(() => {});
  const signal = AbortSignal.abort(new Error('interrupted'));
  await expect(waitFor('the bot', { work, signal })).rejects.toThrow('interrupted: it waited for the bot');
  const fails = () => Promise.reject(new Error('create_bot answered 500'));
  await expect(waitFor('it', { work: fails, signal: new AbortController().signal })).rejects.toThrow(/^create_bot/);
});
