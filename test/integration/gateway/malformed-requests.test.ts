import { inspect } from 'node:util';
import { AppError, type Log } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { dial, openGateway } from './open-gateway.ts';

const broken = 'The request is not HTTP as it should be.';
const path = 'The address is not percent-encoded as it should be.';
const head = 'GET /healthz HTTP/1.1\r\n';
const endless =
  'POST /api/v1/bots/create_bot HTTP/1.1\r\nhost: x\r\nauthorization: k\r\ncontent-type: application/json\r\n';

/** All that comes back for this until the other side closes, as statuses and bodies. */
async function answersTo(port: number, said: string): Promise<[status: number, body: unknown][]> {
  const client = dial(port);
  client.socket.write(said, 'latin1');
  const whole = await client.whole();
  return whole
    .split('HTTP/1.1 ')
    .slice(1)
    .map((answer) => {
      const [about = '', body = ''] = answer.split('\r\n\r\n');
      expect(about.toLowerCase()).toContain('content-type: application/json; charset=utf-8');
      expect(about.toLowerCase()).toContain(`content-length: ${Buffer.byteLength(body)}`);
      return [Number(about.slice(0, 3)), JSON.parse(body)];
    });
}

it.each([
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400, broken],
  ['a method that nobody knows', 'BREW /healthz HTTP/1.1\r\nhost: x\r\n\r\n', 400, broken],
  ['a tunnel', 'CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\n', 400, broken],
  ['a length that is none', `${head}host: x\r\ncontent-length: 1e3\r\n\r\n`, 400, broken],
  ['two lengths', `${head}host: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n`, 400, broken],
  ['a length and chunks', `${head}host: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`, 400, broken],
  ['a name with a space', `${head}host: x\r\na b: c\r\n\r\n`, 400, broken],
  ['chunks that are none', `${endless}transfer-encoding: chunked\r\n\r\nxyz\r\n`, 400, broken],
  ['no host', `${head}connection: close\r\n\r\n`, 400, 'The Host header is missing.'],
  [
    'an expectation',
    `${head}host: x\r\nexpect: the best\r\nconnection: close\r\n\r\n`,
    417,
    'The Expect header asks for what this server has not.',
  ],
  [
    'headers that are too large',
    `${head}host: x\r\na: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    'The headers are too large.',
  ],
  ['a request that does not end', `${endless}content-length: 9\r\n\r\n{`, 408, 'The request did not arrive in time.'],
  [
    'a path that is not encoded',
    'GET /api/v1/bots/%zz/status HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    400,
    path,
  ],
  [
    'an artifact that is not encoded',
    'GET /artifacts/%c3%28 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    400,
    path,
  ],
  [
    'a path that is too long',
    `GET /artifacts/${'x'.repeat(300)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    414,
    'The address is too long.',
  ],
])("answers %s in the API's own shape", async (_what, said, status, message) => {
  await using gateway = await openGateway({ limits: { requestTimeoutMs: 300 } });
  expect(await answersTo(gateway.port, said)).toEqual([[status, { message }]]);
});

it('answers what came before a broken request first', async () => {
  const asked = Promise.withResolvers<void>();
  const known = Promise.withResolvers<object>();
  const getBot = () => (asked.resolve(), known.promise);
  await using gateway = await openGateway({ scheduler: { getBot } });
  const answers = answersTo(
    gateway.port,
    `GET /api/v1/bots/b/status HTTP/1.1\r\nhost: x\r\nauthorization: k\r\n\r\nBREW / HTTP/1.1\r\n\r\n`,
  );
  await asked.promise;
  known.reject(new AppError('not-found', 'no such bot'));
  expect(await answers).toEqual([
    [404, { message: 'No such bot.' }],
    [400, { message: broken }],
  ]);
});

it('takes a client that goes away in the middle of its request for what it is', async () => {
  const logged: string[] = [];
  const write = (...about: unknown[]) => void logged.push(inspect(about));
  const log: Log = { debug: () => {}, info: () => {}, warn: write, error: write, child: () => log };
  const asked = Promise.withResolvers<void>();
  const find = async () => (asked.resolve(), { accountId: 'account-1', callbackVersion: undefined });
  await using gateway = await openGateway({ log, apiKeys: { find } });
  const client = dial(gateway.port);
  client.socket.write(`${endless}content-length: 9\r\n\r\n{`);
  await asked.promise;
  client.socket.resetAndDestroy();
  await gateway.connections(0);
  expect((await gateway.ask('/healthz')).status).toBe(200);
  expect(logged).toEqual([]);
});
