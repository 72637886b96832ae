import type { AccountId } from '@earshot/kernel';
import { silentLog } from '@earshot/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { GatewayDeps } from '../../../gateway/src/actions/deps.ts';
import { createHttpServer } from '../../../gateway/src/http/server.ts';
import { createGround, message, settled, type Running } from '../notifier/fixture.ts';
import { startReceiver } from '../notifier/receiver.ts';

let ground: ReturnType<typeof createGround>;
beforeEach(() => {
  ground = createGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

/** The public routes before a real notifier; a key is the name of its account. */
async function serve(notifier: Running) {
  const apiKeys = {
    find: async (key: string) => ({ accountId: key as AccountId, keyId: key, callbackVersion: undefined }),
  };
  const scheduler = { getBot: async (bot: { botId: string; accountId: string }) => bot };
  const parts = { apiKeys, scheduler, notifier: notifier.client, log: silentLog };
  const server = createHttpServer(parts as unknown as GatewayDeps);
  return async (
    method: 'GET' | 'POST',
    path: string,
    { body, key = 'account-1' }: { body?: object; key?: string } = {},
  ) => {
    const headers = { authorization: `Token ${key}` };
    const payload = body ? { payload: body } : {};
    const answer = await server.inject({ method, url: `/api/v1${path}`, headers, ...payload });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
  };
}

it('shows what was given up, and why its address is disabled, and delivers it after that was mended', async () => {
  await using receiver = await startReceiver((_, response) => response.writeHead(410).end('gone away'));
  const notifier = await ground.start();
  const ask = await serve(notifier);
  const url = `${receiver.origin}/hook?token=secret`;
  await notifier.client.deliver({ messages: ['a', 'b'].map((body) => message({ botId: 'bot', url }, body, body)) });
  await settled(notifier, 'bot');

  const dead = await ask('GET', '/deliveries/dead?limit=1');
  expect(dead).toMatchObject({ status: 200, body: { hasNextPage: true } });
  expect(dead.body.deliveries).toMatchObject([
    {
      bot_id: 'bot',
      message_id: 'a',
      status: 'dead',
      url: `${receiver.origin}/hook`,
      attempts: [{ status_code: 410, error: 'status', response: 'gone away' }],
    },
  ]);
  const rest = await ask('GET', `/deliveries/dead?limit=1&cursor=${dead.body.nextCursor}`);
  expect(rest.body).toMatchObject({ deliveries: [{ message_id: 'b' }], hasNextPage: false, nextCursor: null });
  const [endpoint] = (await ask('GET', '/endpoints')).body.endpoints;
  expect(endpoint).toMatchObject({ url, status: 'disabled', disabled_reason: 'gone', last_status_code: 410 });
  expect((await ask('GET', '/endpoints', { key: 'account-2' })).body).toEqual({ endpoints: [] });
  expect((await ask('POST', '/endpoints/enable', { body: { url }, key: 'account-2' })).status).toBe(404);

  receiver.behave((_, response) => response.end());
  expect((await ask('POST', '/endpoints/enable', { body: { url } })).status).toBe(200);
  expect((await ask('GET', '/endpoints')).body).toEqual({ endpoints: [] });
  const from = '2020-01-01T00:00:00Z';
  expect((await ask('POST', '/deliveries/redeliver', { body: { from, to: '2020-01-02' } })).status).toBe(400);
  const early = { from, to: '2020-01-02T00:00:00Z' };
  expect((await ask('POST', '/deliveries/redeliver', { body: early })).body).toEqual({ requeued: 0 });
  expect((await ask('POST', '/deliveries/redeliver', { body: { from } })).body).toEqual({ requeued: 2 });
  await receiver.count(3);
  expect(receiver.bodies()).toEqual(['a', 'a', 'b']);
  await settled(notifier, 'bot');
  expect((await ask('POST', '/bots/bot/redeliver', { body: { message_ids: ['b'] } })).body).toEqual({ requeued: 1 });
});

it('shows and rotates the account secrets, and lets nobody keep the answer', async () => {
  const notifier = await ground.start();
  const ask = await serve(notifier);
  const before = await ask('GET', '/webhook_secret');
  expect(before.headers['cache-control']).toBe('no-store');
  expect(before.body.secrets).toMatchObject([{ secret: expect.stringMatching(/^whsec_/), valid_until: null }]);
  const { body } = await ask('POST', '/webhook_secret/rotate', { body: { overlap_hours: 2 } });
  expect(body.secrets).toHaveLength(2);
  expect(body.secrets[1].secret).toBe(before.body.secrets[0].secret);
  expect(Date.parse(body.secrets[1].valid_until) - Date.now()).toBeGreaterThan(7_000_000);
  expect((await ask('POST', '/webhook_secret/rotate')).body.secrets).toHaveLength(3);
  expect((await ask('GET', '/webhook_secret', { key: 'account-2' })).body.secrets).toHaveLength(1);
});

it('names every field at fault', async () => {
  const ask = await serve(await ground.start());
  const fieldsOf = async (answer: ReturnType<typeof ask>) => {
    const { status, body } = await answer;
    return [status, ...(body.errors ?? []).map(({ field }: { field: string }) => field).toSorted()];
  };
  expect(await fieldsOf(ask('GET', '/deliveries/dead?from=never&limit=0'))).toEqual([400, 'from', 'limit']);
  expect(await fieldsOf(ask('GET', '/deliveries/dead?cursor=x'))).toEqual([400, 'cursor']);
  expect(await fieldsOf(ask('POST', '/deliveries/redeliver'))).toEqual([400, 'from']);
  expect(await fieldsOf(ask('POST', '/deliveries/redeliver', { body: { from: 3, till: 1 } }))).toEqual([
    400,
    'from',
    'till',
  ]);
  expect(await fieldsOf(ask('POST', '/endpoints/enable', { body: [] }))).toEqual([400, '']);
  expect(await fieldsOf(ask('POST', '/webhook_secret/rotate', { body: { overlap_hours: 169 } }))).toEqual([
    400,
    'overlap_hours',
  ]);
  expect(await fieldsOf(ask('POST', '/bots/bot/redeliver', { body: { message_ids: 'all' } }))).toEqual([
    400,
    'message_ids',
  ]);
});
