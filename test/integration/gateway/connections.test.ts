import { once } from 'node:events';
import { expect, it, vi } from 'vitest';
import { dial, openGateway } from './open-gateway.ts';

vi.setConfig({ testTimeout: 30_000 });

const head = (key: string, length: number) =>
  `POST /api/v1/bots/create_bot HTTP/1.1\r\nhost: x\r\n${key ? `authorization: Token ${key}\r\n` : ''}` +
  `content-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

it.each([
  ['a body', head('account-1', 1000), ' '],
  ['headers', 'POST /api/v1/bots/create_bot HTTP/1.1\r\nx-slow: ', 'x'],
  [
    'a body whose end nobody knows',
    head('account-1', 0).replace('content-length: 0', 'transfer-encoding: chunked'),
    '1',
  ],
])('ends a request whose %s comes a byte at a time', async (_, start, rest) => {
  await using gateway = await openGateway({ limits: { requestTimeoutMs: 500 } });
  const client = dial(gateway.port);
  client.socket.write(start);
  client.trickle(rest, 50);
  expect(await client.whole()).toMatch(/^HTTP\/1\.1 (408|400) /);
  await gateway.connections(0);
});

it('ends a connection that says nothing', async () => {
  await using gateway = await openGateway({ limits: { requestTimeoutMs: 500, idleTimeoutMs: 500 } });
  await dial(gateway.port).whole();
  const used = dial(gateway.port);
  used.socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
  expect(await used.whole()).toMatch(/^HTTP\/1\.1 200 /);
  await gateway.connections(0);
});

it.each([
  ['no key', '', 401],
  ['a wrong key', 'wrong-key', 403],
])('answers a request with %s before its body is there, and closes', async (_, key, status) => {
  await using gateway = await openGateway();
  const client = dial(gateway.port);
  client.socket.write(head(key, 1000));
  client.trickle(' ', 50);
  const answer = await client.whole();
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toMatch(/^connection: close\r$/im);
  await gateway.connections(0);
});

it('keeps a connection whose request was refused and whole', async () => {
  await using gateway = await openGateway();
  const client = dial(gateway.port);
  for (const _ of [1, 2]) {
    client.socket.write(`${head('', 2)}{}`);
    const [answer] = (await once(client.socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer.toString()).not.toMatch(/^connection: close\r$/im);
  }
  client.socket.destroy();
});

it('has so many connections of one address, and takes the next when one of them has gone', async () => {
  await using gateway = await openGateway({ limits: { connectionsPerAddress: 3 } });
  const clients = [1, 2, 3].map(() => dial(gateway.port));
  await gateway.connections(3);
  const refused = dial(gateway.port);
  refused.socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
  expect(await refused.whole()).toBe('');
  clients[0]?.socket.destroy();
  await gateway.connections(2);
  expect((await gateway.ask('/healthz')).status).toBe(200);
  for (const { socket } of clients) socket.destroy();
});

it('has so many connections in all, of a trusted proxy too', async () => {
  const limits = { connectionsPerAddress: 1, connections: 3, trustedProxies: ['127.0.0.0/8'] };
  await using gateway = await openGateway({ limits });
  const clients = [1, 2, 3].map(() => dial(gateway.port));
  await gateway.connections(3);
  expect(await dial(gateway.port).whole()).toBe('');
  for (const { socket } of clients) socket.destroy();
});
