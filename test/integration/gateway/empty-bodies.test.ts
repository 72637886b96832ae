import { AppError } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import { openGateway } from './open-gateway.ts';

const bot = { botId: 'b1', accountId: 'account-1' };
const absent = () => Promise.reject(new AppError('not-found', 'no such thing'));
const open = () =>
  openGateway({
    scheduler: { getBot: async () => bot, stopBot: async () => bot, sendMessage: absent },
    retention: { eraseNow: async () => ({ deletedObjects: 7 }) },
    notifier: { redeliver: async () => ({ requeued: 0 }), enableEndpoint: absent, redeliverRange: absent },
    providerKeys: { deleteProviderKey: async () => ({}), putProviderKey: absent },
  });

/** An empty body as clients send it: with a length of nothing, and in chunks of which there are none. */
const lengths: readonly [string, () => RequestInit][] = [
  ['with a length', () => ({ body: '' })],
  ['in chunks', () => ({ body: new Blob([]).stream(), duplex: 'half' }) as RequestInit],
];
const types = ['application/json', 'application/json; charset=utf-8', 'application/x-www-form-urlencoded'];

describe.each(lengths)('an empty body %s', (_way, empty) => {
  it.each(types)('of type %s is none, where the call needs none', async (type) => {
    await using gateway = await open();
    const headers = { 'content-type': type };
    const ask = (method: string, path: string) => gateway.ask(`/api/v1${path}`, { method, headers, ...empty() });
    const erased = await ask('DELETE', '/bots/b1/delete');
    expect([erased.status, await erased.json()]).toEqual([200, expect.objectContaining({ deleted_objects: 7 })]);
    expect((await ask('POST', '/bots/b1/remove_bot')).status).toBe(200);
    expect((await ask('POST', '/bots/b1/redeliver')).status).toBe(200);
    expect((await ask('DELETE', '/provider_keys/deepgram')).status).toBe(200);
  });

  it.each([
    ['POST', '/bots/create_bot'],
    ['POST', '/bots/b1/send_message'],
    ['POST', '/bots/b1/send_image'],
    ['POST', '/bots/b1/speak'],
    ['POST', '/bots/b1/transcribe'],
    ['POST', '/deliveries/redeliver'],
    ['POST', '/endpoints/enable'],
    ['PUT', '/provider_keys/deepgram'],
  ])('is told as such where %s %s needs one', async (method, path) => {
    await using gateway = await open();
    const headers = { 'content-type': 'application/json' };
    const answer = await gateway.ask(`/api/v1${path}`, { method, headers, ...empty() });
    const { message, errors } = (await answer.json()) as { message: string; errors: { field: string }[] };
    expect(answer.status).toBe(400);
    expect(message).toMatch(/^The body is empty: /);
    expect(errors).toHaveLength(1);
  });
});

it('refuses a body of another type that is not empty', async () => {
  await using gateway = await open();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await gateway.ask('/api/v1/bots/b1/remove_bot', { method: 'POST', headers, body: 'a=1' });
  expect([answer.status, await answer.json()]).toEqual([
    415,
    { message: 'The Content-Type must be application/json.' },
  ]);
});

it('does nothing of what is asked with a body of a type that is not taken', async () => {
  const stopped: string[] = [];
  const stopBot = async ({ botId }: { botId: string }) => (stopped.push(botId), bot);
  await using gateway = await openGateway({ scheduler: { getBot: async () => bot, stopBot } });
  const [headers, body] = [{ 'content-type': 'text/plain' }, 'stop it'];
  const answers = await Promise.all(
    ['b1', 'b2'].map((id) => gateway.ask(`/api/v1/bots/${id}/remove_bot`, { method: 'POST', headers, body })),
  );
  for (const answer of answers) {
    expect([answer.status, await answer.json()]).toEqual([
      415,
      { message: 'The Content-Type must be application/json.' },
    ]);
  }
  expect(stopped).toEqual([]);
});
