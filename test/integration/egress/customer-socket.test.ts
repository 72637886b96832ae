import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  closeCode,
  createEgress,
  CustomerSocket,
  type CustomerSocketOptions,
  type OutboundFrame,
} from '@earshot/egress';
import { FakeClock, SECOND, silentLog } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';

/** A customer's endpoint: what it was told, text by text, and its sockets. */
async function startCustomer(onConnection: (socket: WebSocket) => void = () => {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const sockets: WebSocket[] = [];
  const heard: string[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('message', (data: Buffer, isBinary) => {
      heard.push(`${isBinary ? 'binary' : 'text'} ${String(data)}`);
      server.emit('heard');
    });
    onConnection(socket);
  });
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ...{ server, sockets, heard },
    async until(isEnough: () => boolean): Promise<void> {
      while (!isEnough()) await Promise.race([once(server, 'heard'), once(server, 'connection')]);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function connect(url: string, over: Partial<CustomerSocketOptions<OutboundFrame>> = {}) {
  const clock = new FakeClock();
  const { webSocket } = createEgress({ log: silentLog, allow: ['127.0.0.1'] });
  /** The end of each connection that was tried. */
  const ends: Promise<unknown>[] = [];
  const egress = {
    webSocket(...about: Parameters<typeof webSocket>) {
      const dialled = webSocket(...about);
      ends.push(once(dialled, 'close').catch(() => {}));
      return dialled;
    },
  };
  const about = { url, egress, clock, log: silentLog, maxQueuedBytes: 1000, stallMs: 10 * SECOND };
  return { clock, ends, socket: new CustomerSocket({ ...about, toReadyFrame: () => 'ready', ...over }) };
}

const text = (words: string): OutboundFrame => ({ bytes: Buffer.from(words), isText: true });
const { signal } = new AbortController();

it('says ready, sends what waited in order, hands out what comes back, and closes with its code', async () => {
  await using customer = await startCustomer((peer) => peer.send('hello'));
  const said = Promise.withResolvers<string>();
  const { socket } = connect(customer.url, {
    onMessage: (data, isBinary) => said.resolve(`${isBinary ? 'binary' : 'text'} ${String(data)}`),
  });
  const outcomes: string[] = [];
  socket.send(text('one'), (outcome) => outcomes.push(outcome));
  socket.send({ bytes: Buffer.from('two') });
  expect(await said.promise).toBe('text hello');
  await customer.until(() => customer.heard.length === 3);
  expect(customer.heard).toEqual(['text ready', 'text one', 'binary two']);
  expect(outcomes).toEqual(['sent']);

  const closed = once(customer.sockets[0]!, 'close') as Promise<[number]>;
  socket.send(text('last'));
  await socket.flush(SECOND);
  await socket.close(closeCode.normal);
  expect((await closed)[0]).toBe(1000);
  expect(customer.heard.at(-1)).toBe('text last');
  socket.send(text('late'), (outcome) => outcomes.push(outcome));
  expect(outcomes).toEqual(['sent', 'lost']);
});

it('keeps the newest frames while the customer is away, counts the others, and goes away with 1001', async () => {
  await using customer = await startCustomer();
  const outcomes: string[] = [];
  const { socket } = connect(customer.url, { maxQueuedBytes: 6 });
  for (const word of ['one', 'two', 'six', 'ten']) socket.send(text(word), (outcome) => outcomes.push(outcome));
  expect(socket.droppedFrames).toBe(2);
  expect(await socket.whenReady(signal)).toBe(true);
  await customer.until(() => customer.heard.length === 3);
  expect(customer.heard).toEqual(['text ready', 'text six', 'text ten']);
  expect(outcomes).toEqual(['dropped', 'dropped', 'sent', 'sent']);
  const closed = once(customer.sockets[0]!, 'close') as Promise<[number]>;
  await socket[Symbol.asyncDispose]();
  expect((await closed)[0]).toBe(1001);
});

it('dials a customer who takes it and drops it at once ever more seldom', async () => {
  await using customer = await startCustomer((peer) => peer.terminate());
  const { clock, ends, socket } = connect(customer.url);
  const from = clock.now();
  while (ends.length < 8) {
    await ends.at(-1);
    await new Promise(setImmediate);
    await clock.advance(100);
  }
  // 0.1 + 0.2 + 0.4 + 0.8 + 1.6 + 3.2 + 5 seconds, each less a fifth at most.
  expect(clock.now() - from).toBeGreaterThan(9 * SECOND);
  await socket.close();
});

it('gives up a customer who reads nothing, and leaves it alone for a while', async () => {
  await using customer = await startCustomer((peer) => peer.pause());
  const { clock, ends, socket } = connect(customer.url, { stallMs: 100 });
  await ends[0];
  await new Promise(setImmediate);
  // The pause of any loss, and then that of one who took nothing: a second, less a fifth.
  await clock.advance(200);
  await new Promise(setImmediate);
  await clock.advance(750);
  expect(ends).toHaveLength(1);
  await clock.advance(500);
  await customer.until(() => customer.sockets.length === 2);
  await socket.close();
});

it('does not try an address again that it may not reach, and loses what was to go there', async () => {
  const { socket } = connect('ws://10.0.0.1/');
  const outcomes: string[] = [];
  socket.send(text('one'), (outcome) => outcomes.push(outcome));
  expect(await socket.whenReady(signal)).toBe(false);
  expect(outcomes).toEqual(['lost']);
  await socket.close();
});
