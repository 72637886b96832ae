import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { BotServiceService } from '@earshot/contract/scheduler/v1/bots.ts';
import { migrate, openDatabase } from '@earshot/db';
import { testDatabase } from '@earshot/harness';
import { AppError, type AccountId } from '@earshot/kernel';
import { createRpcClient } from '@earshot/rpc';
import { expect, it } from 'vitest';
import { createApiKeys } from '../../../gateway/src/store/api-keys.ts';
import { openGateway } from './open-gateway.ts';

const migrations = join(import.meta.dirname, '../../../gateway/src/store/migrations');
const path = '/api/v1/provider_keys';

/** Something between a client and a server that can fall silent, break and come back. */
async function startRelay(to: { host: string; port: number }) {
  let way: 'open' | 'silent' | 'closed' = 'open';
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (way === 'closed') return void client.destroy();
    const upstream = connect(to);
    const pass = (from: Socket, target: Socket) => {
      sockets.add(from);
      from.on('data', (chunk) => void (way === 'open' && target.write(chunk)));
      from.on('error', () => {}).on('close', () => target.destroy());
    };
    pass(client, upstream);
    pass(upstream, client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    become(next: typeof way) {
      way = next;
      if (way !== 'silent') for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

it('answers 503 with Retry-After while its database is silent, breaks off or refuses, and goes on afterwards', async () => {
  await using schema = testDatabase('gateway');
  await migrate(schema, migrations);
  const url = new URL(process.env['DATABASE_URL'] ?? '');
  await using relay = await startRelay({ host: url.hostname, port: Number(url.port || 5432) });
  url.host = `127.0.0.1:${relay.port}`;
  await using database = openDatabase({ url: url.href, schema: schema.schema, pool: 2 });
  let now = Date.now();
  const apiKeys = createApiKeys(database, () => now);
  await apiKeys.ensure('a-key', 'account-1' as AccountId);
  await using gateway = await openGateway({ apiKeys, providerKeys: { listProviderKeys: async () => ({ keys: [] }) } });
  const ask = async (of = path) => {
    now += 60_000;
    const answer = await gateway.ask(of, { key: 'a-key' });
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), text: await answer.text() };
  };
  expect(await ask()).toMatchObject({ status: 200 });
  const message = 'Earshot is not available at this moment. Try again.';
  const away = { status: 503, retryAfter: '1', text: JSON.stringify({ message }) };
  for (const way of ['silent', 'closed'] as const) {
    relay.become(way);
    expect(await Promise.all([ask(), ask(), ask(), ask('/readyz')])).toEqual([away, away, away, away]);
  }
  relay.become('open');
  expect(await ask()).toMatchObject({ status: 200 });
});

it.each([
  ['unavailable', 503, 'Earshot is not available at this moment. Try again.'],
  ['deadline-exceeded', 504, 'Earshot did not answer in time. Try again.'],
  ['internal', 500, 'Internal error.'],
] as const)('says %s in its own words', async (code, status, message) => {
  const inner = new AppError(code, 'No connection established. Last error: connect ECONNREFUSED 10.1.2.3:7401');
  const scheduler = { listBots: () => Promise.reject(inner), getBot: () => Promise.reject(inner) };
  await using gateway = await openGateway({ scheduler });
  for (const of of ['/bots', '/bots/x/status', '/bots/x/get_audio', '/bots/x/transcriptions']) {
    const answer = await gateway.ask(`/api/v1${of}`);
    expect([answer.status, await answer.json()]).toEqual([status, { message }]);
    if (status !== 500) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
});

it("keeps the addresses of services and gRPC's own words to itself", async () => {
  await using gone = createRpcClient(BotServiceService, '127.0.0.1:1', { service: 'gateway' });
  await using gateway = await openGateway({ scheduler: gone });
  const answer = await gateway.ask('/api/v1/bots');
  expect([503, 504]).toContain(answer.status);
  expect(await answer.text()).toMatch(/^{"message":"Earshot [^0-9]*"}$/);
  const failure = await gone.listBots({ accountId: 'a', pageSize: 1, pageToken: '' }).catch((error: unknown) => error);
  expect((failure as AppError).message).not.toMatch(/127\.0\.0\.1|ECONNREFUSED/);
});

it('answers one that hangs within the time of a call', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  await using hung = createRpcClient(BotServiceService, `127.0.0.1:${port}`, { service: 'gateway' });
  await using gateway = await openGateway({ scheduler: hung });
  const answer = await gateway.ask('/api/v1/bots');
  expect([503, 504]).toContain(answer.status);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  silent.close();
});
