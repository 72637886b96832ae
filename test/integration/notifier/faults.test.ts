import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import { permittedClient, startDatabaseProxy } from '@earshot/harness';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGround, eventually, message, settled, type Running, notifierAccess } from './fixture.ts';
import { startReceiver } from './receiver.ts';

let ground: ReturnType<typeof createGround>;
beforeEach(() => {
  ground = createGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));
const linesTo = (origin: string, count: number, name: string) =>
  numbers(count).map((n) => ({ botId: `${name}-${n}`, url: `${origin}/${name}-${n}` }));

it('goes on within three seconds after a kill and a quick start, and loses nothing', async () => {
  await using receiver = await startReceiver();
  const start = async () => {
    const child = fork(join(import.meta.dirname, 'notifier-process.ts'), [ground.schema]);
    const [port] = (await once(child, 'message')) as [number];
    return { child, client: permittedClient(NotifierServiceService, `127.0.0.1:${port}`, notifierAccess) };
  };
  const first = await start();
  // The first message of each queue is never answered: the process is killed between sending and acknowledgement.
  receiver.behave(() => {});
  const lines = linesTo(receiver.origin, 8, 'bot');
  for (const line of lines) {
    await first.client.deliver({ messages: numbers(3).map((body) => message(line, body)) });
  }
  await receiver.count(lines.length);
  const killedAt = performance.now();
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  receiver.behave((_, response) => void response.end());
  const before = receiver.received.length;
  const second = await start();
  const leaseOverAt = Math.max(performance.now(), killedAt + 1500);
  await receiver.count(before + 1);
  const waitedMs = performance.now() - leaseOverAt;
  await receiver.until((all) => all.length === before + 3 * lines.length);
  for (const { url } of lines) expect(receiver.bodies(new URL(url).pathname)).toEqual(['0', '0', '1', '2']);
  await first.client[Symbol.asyncDispose]();
  await second.client[Symbol.asyncDispose]();
  const exit = once(second.child, 'exit');
  second.child.disconnect();
  await exit;
  expect(waitedMs).toBeLessThan(1500);
}, 60_000);

it('shares queues between two instances, each message sent once', async () => {
  await using receiver = await startReceiver();
  const [one, two] = [await ground.start(), await ground.start()];
  const lines = linesTo(receiver.origin, 40, 'bot');
  await Promise.all(
    lines.map((line, index) =>
      (index % 2 ? one : two).client.deliver({ messages: numbers(10).map((body) => message(line, body)) }),
    ),
  );
  await receiver.count(400);
  for (const { botId } of lines) await settled(one, botId);
  for (const { url } of lines) expect(receiver.bodies(new URL(url).pathname)).toEqual(numbers(10));
}, 60_000);

it('takes over the queues of an instance that stops, at once', async () => {
  await using receiver = await startReceiver(() => {});
  const one = await ground.start({}, { config: { shutdownMs: 100 } });
  await one.client.deliver({ messages: [message({ botId: 'bot', url: receiver.origin }, 'a')] });
  await receiver.count(1);
  await one.stop();
  receiver.behave((_, response) => void response.end());
  await ground.start();
  await receiver.count(2);
  expect(receiver.bodies()).toEqual(['a', 'a']);
});

it('is not slowed by endpoints that hang, however many', async () => {
  await using healthy = await startReceiver();
  const dead = await Promise.all(numbers(40).map(() => startReceiver(() => {})));
  const notifier = await ground.start({}, { config: { concurrency: 16 } });
  const round = async (name: string) => {
    const startedAt = performance.now();
    const before = healthy.received.length;
    for (const line of linesTo(healthy.origin, 40, name)) {
      await notifier.client.deliver({ messages: numbers(5).map((body) => message(line, body)) });
    }
    await healthy.count(before + 200);
    return performance.now() - startedAt;
  };
  await round('warm');
  const alone = Math.min(await round('alone-1'), await round('alone-2'));
  for (const { origin } of dead) {
    for (const line of linesTo(origin, 5, new URL(origin).port)) {
      await notifier.client.deliver({ messages: [message(line, 'x')] });
    }
  }
  await Promise.all(dead.slice(0, 8).map((receiver) => receiver.count(1)));
  const beside = Math.min(await round('beside-1'), await round('beside-2'));
  await Promise.all(dead.map((receiver) => receiver[Symbol.asyncDispose]()));
  expect(beside / alone).toBeLessThan(2.5);
}, 30_000);

it('answers unavailable while the database is away, and goes on when it is back', async () => {
  await using proxy = await startDatabaseProxy();
  await using receiver = await startReceiver();
  const config = { database: { url: proxy.url, pool: 4, schema: ground.schema } };
  const notifier: Running = await ground.start({}, { config });
  const line = { botId: 'bot', url: receiver.origin };
  const answered = Promise.withResolvers<void>();
  receiver.behave((_, response) => void answered.promise.then(() => response.end()));
  await notifier.client.deliver({ messages: [message(line, '0')] });
  await receiver.count(1);
  await proxy.cut();
  answered.resolve();
  await expect(notifier.client.deliver({ messages: [message(line, 'lost')] })).rejects.toMatchObject({
    code: 'unavailable',
  });
  // Longer than the lease, which cannot be renewed meanwhile.
  const leaseEnd = `select alive_until < clock_timestamp() as over from instances`;
  await eventually(
    () => ground.database.knex.raw(leaseEnd),
    ({ rows }) => rows[0].over,
  );
  await proxy.restore();
  const again = message(line, '1');
  await eventually(
    () => notifier.client.deliver({ messages: [again] }).catch(() => undefined),
    (answer) => answer !== undefined,
  );
  await receiver.count(2);
  // What was sent before the database went was not forgotten, and so not repeated.
  expect(receiver.bodies()).toEqual(['0', '1']);
}, 60_000);
