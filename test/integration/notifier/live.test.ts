import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { FakeClock, HOUR, MINUTE, SECOND, silentLog, type Log } from '@earshot/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGround, eventually, type DeliveryQueue, type Running } from './fixture.ts';
import { startReceiver } from './receiver.ts';
import { startSocketReceiver } from './socket-receiver.ts';

let ground: ReturnType<typeof createGround>;
beforeEach(() => {
  ground = createGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

function say(
  { client }: Running,
  line: DeliveryQueue,
  { body, key = '', messageId = randomUUID() }: { body: string; key?: string; messageId?: string },
) {
  const about = { messageId, accountId: 'account-1', supersedesKey: key };
  return client.deliverLive({ ...line, ...about, body: Buffer.from(body) });
}

/** A log that hands its warnings to a test. */
function listening(warnings: string[]): Log {
  const log: Log = { ...silentLog, warn: (text) => void warnings.push(text), child: () => log };
  return log;
}

it('posts live messages in order, signed, one at a time', async () => {
  await using receiver = await startReceiver();
  const notifier = await ground.start();
  for (const body of numbers(50)) await say(notifier, { botId: 'bot', url: receiver.origin }, { body });
  await receiver.count(50);
  expect(receiver.bodies()).toEqual(numbers(50));
  expect(receiver.received[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'x-meetstream-signature': expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
  });
});

it('lets newer partials take the place of those that wait, and no final is lost meanwhile', async () => {
  const first = Promise.withResolvers<void>();
  await using receiver = await startReceiver((_, response) => void first.promise.then(() => response.end()));
  const notifier = await ground.start();
  const line = { botId: 'bot', url: receiver.origin };
  await say(notifier, line, { body: 'first' });
  await receiver.count(1);
  for (const body of ['p1', 'p2', 'p3']) await say(notifier, line, { body, key: 'speaker' });
  await say(notifier, line, { body: 'final' });
  await say(notifier, line, { body: 'p4', key: 'speaker' });
  first.resolve();
  await receiver.count(3);
  await notifier.client.closeLive({ botId: 'bot' });
  expect(receiver.bodies()).toEqual(['first', 'final', 'p4']);
});

it('takes a final once, however often it is handed in', async () => {
  await using receiver = await startReceiver();
  const notifier = await ground.start();
  const line = { botId: 'bot', url: receiver.origin };
  for (const [body, messageId] of [
    ['partial', 'said'],
    ['final', 'said-at-last'],
    ['final', 'said-at-last'],
    ['next', 'more'],
    ['final', 'said-at-last'],
  ] as const) {
    await say(notifier, line, { body, messageId, key: body === 'partial' ? 'speaker' : '' });
  }
  await notifier.client.closeLive({ botId: 'bot' });
  expect(receiver.bodies().filter((body) => body !== 'partial')).toEqual(['final', 'next']);
});

it('tries a final again before what follows it, and a partial not', async () => {
  const seen = new Map<string, number>();
  await using receiver = await startReceiver(({ body }, response) => {
    seen.set(body, (seen.get(body) ?? 0) + 1);
    response.writeHead((seen.get(body) ?? 0) < 3 ? 500 : 200).end();
  });
  const notifier = await ground.start();
  const line = { botId: 'bot', url: receiver.origin };
  await say(notifier, line, { body: 'partial', key: 'k' });
  await say(notifier, line, { body: 'a' });
  await say(notifier, line, { body: 'b' });
  await receiver.count(7);
  expect(receiver.bodies()).toEqual(['partial', 'a', 'a', 'a', 'b', 'b', 'b']);
});

it('counts a final as lost after a minute of failures, and catches up', async () => {
  const clock = new FakeClock();
  const warnings: string[] = [];
  await using receiver = await startReceiver((_, response) => response.writeHead(500).end());
  const notifier = await ground.start({ clock }, { log: listening(warnings) });
  const line = { botId: 'bot', url: receiver.origin };
  await say(notifier, line, { body: 'old' });
  await say(notifier, line, { body: 'older' });
  await receiver.count(1);
  await eventually(
    async () => clock.advance(SECOND),
    () => warnings.filter((text) => text === 'live message lost').length === 2,
  );
  receiver.behave((_, response) => response.end());
  await say(notifier, line, { body: 'fresh' });
  await receiver.until((all) => all.some(({ body }) => body === 'fresh'));
  expect(receiver.bodies()).not.toContain('older');
});

it('uses one socket a bot: ready first, then text, and closes with 1000', async () => {
  await using receiver = await startSocketReceiver();
  const notifier = await ground.start();
  const line = { botId: 'bot', url: receiver.url };
  for (const body of numbers(20)) await say(notifier, line, { body });
  await notifier.client.closeLive({ botId: 'bot' });
  await receiver.until(() => receiver.closes.length > 0);
  const [ready, ...rest] = receiver.received.map(({ text }) => text);
  expect(JSON.parse(ready ?? '')).toEqual({ type: 'ready', bot_id: 'bot', message: 'Ready to receive messages' });
  expect(rest).toEqual(numbers(20));
  expect(receiver.received.some(({ isBinary, connection }) => isBinary || connection !== 1)).toBe(false);
  expect(receiver.closes).toEqual([1000]);
});

it('connects again after the socket was lost, and sends ready again', async () => {
  await using receiver = await startSocketReceiver();
  const notifier = await ground.start();
  const line = { botId: 'bot', url: receiver.url };
  await say(notifier, line, { body: 'a' });
  await receiver.until(() => receiver.received.length === 2);
  receiver.drop();
  await receiver.until(() => receiver.closes.length === 1);
  // The sender learns of the loss by itself; what it writes before that may be lost with the connection.
  await eventually(
    () => say(notifier, line, { body: 'b' }),
    () => receiver.received.length >= 4,
  );
  expect(receiver.received.slice(2, 4)).toMatchObject([
    { connection: 2, text: expect.stringContaining('ready') },
    { connection: 2, text: 'b' },
  ]);
});

it('holds finals for a socket that cannot be reached, and refuses them beyond a thousand', async () => {
  const free = createServer();
  await once(free.listen(0, '127.0.0.1'), 'listening');
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const notifier = await ground.start();
  const line = { botId: 'bot', url: `ws://127.0.0.1:${port}/` };
  await Promise.all(numbers(1000).map((body) => say(notifier, line, { body })));
  await expect(say(notifier, line, { body: 'one more' })).rejects.toMatchObject({ code: 'resource-exhausted' });
  await say(notifier, line, { body: 'partial', key: 'k' });
});

it('closes a live queue that is idle for six hours', async () => {
  const clock = new FakeClock();
  await using receiver = await startSocketReceiver();
  const notifier = await ground.start({ clock });
  await say(notifier, { botId: 'bot', url: receiver.url }, { body: 'a' });
  await receiver.until(() => receiver.received.length === 2);
  await clock.advance(5 * HOUR);
  expect(receiver.closes).toEqual([]);
  await eventually(
    async () => clock.advance(MINUTE),
    () => receiver.closes.length > 0,
  );
  expect(receiver.closes).toEqual([1000]);
});
