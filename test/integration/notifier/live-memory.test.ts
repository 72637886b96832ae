import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import { permittedClient } from '@earshot/harness';
import type { AppError } from '@earshot/kernel';
import { WebSocketServer, type WebSocket } from 'ws';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createGround, notifierAccess } from './fixture.ts';
import { startSocketReceiver } from './socket-receiver.ts';

vi.setConfig({ testTimeout: 120_000 });

const MIB = 1024 * 1024;
/** As large as what a customer may have echoed makes it. */
const BODY = Buffer.alloc(250_000, 'x');

let ground: ReturnType<typeof createGround>;
beforeEach(() => {
  ground = createGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

type Client = ReturnType<typeof permittedClient<typeof NotifierServiceService>>;

/** A notifier whose memory can be asked for. */
async function startChild(live: { bufferMb: number; accountBufferMb: number; stallSeconds: number }) {
  const args = [ground.schema, 'error', JSON.stringify({ live })];
  const child: ChildProcess = fork(join(import.meta.dirname, 'notifier-process.ts'), args, {
    execArgv: ['--expose-gc'],
  });
  const [port] = (await once(child, 'message')) as [number];
  const client = permittedClient(NotifierServiceService, `127.0.0.1:${port}`, notifierAccess);
  return {
    client,
    /** Bytes that are not garbage, and bytes of the process. */
    async memory(): Promise<{ held: number; rss: number }> {
      const answered = once(child, 'message');
      child.send('memory');
      return ((await answered) as [{ held: number; rss: number }])[0];
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** Customers' sockets that never read. */
async function startDeafReceiver() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const sockets: WebSocket[] = [];
  server.on('connection', (socket) => {
    socket.pause();
    sockets.push(socket);
  });
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    /** The socket of that connection, counted from 0, once it is there. */
    async socket(index: number): Promise<WebSocket> {
      for (;;) {
        const socket = sockets[index];
        if (socket) return socket;
        await once(server, 'connection');
      }
    },
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether there was room. */
async function push(client: Client, to: { accountId: string; botId: string; url: string; body?: Buffer }) {
  const message = { messageId: randomUUID(), supersedesKey: '', body: BODY, ...to };
  const refused = await client.deliverLive(message).catch((error: AppError) => error);
  if ('code' in refused && refused.code !== 'resource-exhausted') throw refused;
  return !('code' in refused);
}

it('does not grow by twenty sockets that are not read, and another account loses nothing and waits for nothing', async () => {
  await using deaf = await startDeafReceiver();
  await using heard = await startSocketReceiver();
  await using notifier = await startChild({ bufferMb: 16, accountBufferMb: 8, stallSeconds: 60 });
  const { client } = notifier;
  const modest = { accountId: 'modest', botId: 'modest-bot', url: heard.url };
  const told: string[] = [];
  const waits: number[] = [];
  const tell = async () => {
    const text = `word ${told.length}`;
    told.push(text);
    const from = performance.now();
    expect(await push(client, { ...modest, body: Buffer.from(text) })).toBe(true);
    await heard.until(() => heard.received.at(-1)?.text === text);
    waits.push(performance.now() - from);
  };
  const bots = Array.from({ length: 20 }, (_, index) => ({
    accountId: 'greedy',
    botId: `bot-${index}`,
    url: deaf.url,
  }));
  for (let count = 0; count < 20; count++) await tell();
  const before = await notifier.memory();
  const from = performance.now();
  const rounds = 50;
  for (let count = 0; count < rounds; count += 5) {
    await Promise.all([...bots, ...bots, ...bots, ...bots, ...bots].map((bot) => push(client, bot)));
    await tell();
  }
  const after = await notifier.memory();
  const grown = after.held - before.held;
  const pushed = rounds * bots.length * BODY.length;

  expect(pushed).toBeGreaterThan(200 * MIB);
  expect(grown / pushed).toBeLessThan(0.15);
  expect(heard.received.slice(1).map(({ text }) => text)).toEqual(told);
  expect(Math.max(...waits) / (performance.now() - from)).toBeLessThan(0.25);
});

it('closes a socket that takes nothing, opens it again, and reports how many messages it has missed', async () => {
  await using deaf = await startDeafReceiver();
  await using notifier = await startChild({ bufferMb: 4, accountBufferMb: 1, stallSeconds: 2 });
  const bot = { accountId: 'account', botId: 'bot', url: deaf.url };
  await push(notifier.client, bot);
  // What the system holds for the socket fills first, and then what we do.
  let missed = 0;
  while (missed < 10) if (!(await push(notifier.client, bot))) missed++;
  const [first, second] = [await deaf.socket(0), await deaf.socket(1)];
  const heard = once(second, 'message');
  second.resume();
  expect(JSON.parse(String((await heard)[0]))).toEqual({
    ...{ type: 'ready', bot_id: 'bot', message: 'Ready to receive messages' },
    missed_messages: missed,
  });
  const closed = once(first, 'close');
  first.resume();
  expect((await closed)[0]).toBe(1006);
});
