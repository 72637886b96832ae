import { DAY, FakeClock, HOUR, MINUTE } from '@earshot/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGround, eventually, message, settled, type Running } from './fixture.ts';
import { startReceiver } from './receiver.ts';

let ground: ReturnType<typeof createGround>;
beforeEach(() => {
  ground = createGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

const accountId = 'account-1';
const endpointsOf = async ({ client }: Running) => (await client.listEndpoints({ accountId })).endpoints;
const deadOf = async ({ client }: Running, range: { storedFrom?: Date; storedUntil?: Date } = {}) =>
  (
    await client.listDeadDeliveries({
      accountId,
      storedFrom: undefined,
      storedUntil: undefined,
      pageSize: 0,
      pageToken: '',
      ...range,
    })
  ).deliveries;

/** Sends one message that fails at every attempt, and waits until it is given up. */
async function fail(notifier: Running, url: string, botId: string): Promise<void> {
  await notifier.client.deliver({ messages: [message({ botId, url }, 'x')] });
  await settled(notifier, botId);
}

it('disables an address that accepted nothing for five days, for every bot, and lists since when and why', async () => {
  const clock = new FakeClock();
  await using receiver = await startReceiver((_, response) => response.writeHead(500).end());
  const url = `${receiver.origin}/hook?token=1`;
  const notifier = await ground.start({ clock, schedule: [0] });
  const startedAt = clock.now();
  await fail(notifier, url, 'one');
  await clock.advance(5 * DAY - MINUTE);
  await fail(notifier, url, 'two');
  expect(await endpointsOf(notifier)).toMatchObject([
    { url, failingSince: new Date(startedAt), lastError: 'status', lastStatus: 500, disabledAt: undefined },
  ]);
  await clock.advance(MINUTE);
  await fail(notifier, url, 'three');
  expect(await endpointsOf(notifier)).toMatchObject([{ disabledAt: new Date(clock.now()), disabledReason: 'failing' }]);
  const before = receiver.received.length;
  await fail(notifier, url, 'four');
  expect(receiver.received).toHaveLength(before);
  expect((await notifier.client.listEndpoints({ accountId: 'another' })).endpoints).toEqual([]);

  receiver.behave((_, response) => response.end());
  await notifier.client.enableEndpoint({ accountId, url });
  expect(await endpointsOf(notifier)).toEqual([]);
  await notifier.client.deliver({ messages: [message({ botId: 'five', url }, 'again')] });
  await receiver.count(before + 1);
  await expect(notifier.client.enableEndpoint({ accountId, url: 'http://never.test/' })).rejects.toMatchObject({
    code: 'not-found',
  });
});

it('does not disable an address that fails now and then', async () => {
  const clock = new FakeClock();
  await using receiver = await startReceiver();
  const url = receiver.origin;
  const notifier = await ground.start({ clock, schedule: [0] });
  for (let day = 0; day < 12; day++) {
    receiver.behave((_, response) => response.writeHead(day % 4 === 3 ? 200 : 500).end());
    await fail(notifier, url, `bot-${day}`);
    await clock.advance(DAY);
  }
  expect(receiver.received).toHaveLength(12);
  expect(await endpointsOf(notifier)).toEqual([]);
});

it('gives up what waits in other queues when an address answers 410', async () => {
  const clock = new FakeClock();
  await using receiver = await startReceiver((_, response) => response.writeHead(500).end());
  const url = receiver.origin;
  const notifier = await ground.start({ clock });
  await notifier.client.deliver({
    messages: [message({ botId: 'waiting', url }, 'a'), message({ botId: 'waiting', url }, 'b')],
  });
  // Known, not just answered: who settles last has the last word on an address.
  await eventually(
    () => endpointsOf(notifier),
    (all) => all.some(({ lastStatus }) => lastStatus === 500),
  );
  receiver.behave((_, response) => response.writeHead(410).end());
  await fail(notifier, url, 'gone');
  expect(await endpointsOf(notifier)).toMatchObject([{ url, disabledReason: 'gone', lastStatus: 410 }]);
  const sent = receiver.received.length;
  await eventually(
    async () => {
      await clock.advance(500);
      return (await notifier.client.listDeliveries({ botId: 'waiting' })).deliveries;
    },
    (all) => all.every(({ state }) => state === 'DELIVERY_STATE_DEAD'),
  );
  expect(receiver.received).toHaveLength(sent);
});

it('lists dead deliveries of all bots, page by page, and delivers those of a time range', async () => {
  const clock = new FakeClock();
  await using receiver = await startReceiver((_, response) => response.writeHead(500).end('not today'));
  const url = receiver.origin;
  const notifier = await ground.start({ clock, schedule: [0] });
  const hours: Date[] = [];
  for (const botId of ['one', 'two', 'three']) {
    hours.push(new Date(clock.now()));
    await notifier.client.deliver({
      messages: [message({ botId, url }, `${botId}-a`), message({ botId, url }, `${botId}-b`)],
    });
    await settled(notifier, botId);
    await clock.advance(HOUR);
  }
  const all = await deadOf(notifier);
  expect(all.map(({ botId, label }) => `${botId} ${label}`)).toEqual([
    'one label-one-a',
    'one label-one-b',
    'two label-two-a',
    'two label-two-b',
    'three label-three-a',
    'three label-three-b',
  ]);
  expect(all[0]?.attempts).toMatchObject([{ status: 500, error: 'status', responseExcerpt: 'not today' }]);
  const whole = { accountId, storedFrom: undefined, storedUntil: undefined };
  const first = await notifier.client.listDeadDeliveries({ ...whole, pageSize: 4, pageToken: '' });
  const second = await notifier.client.listDeadDeliveries({ ...whole, pageSize: 4, pageToken: first.nextPageToken });
  expect([...first.deliveries, ...second.deliveries]).toEqual(all);
  expect(second.nextPageToken).toBe('');

  const before = receiver.received.length;
  receiver.behave((_, response) => response.end());
  const range = { storedFrom: hours[1], storedUntil: hours[2] };
  expect(await notifier.client.redeliverRange({ ...whole, accountId: 'another' })).toEqual({ requeued: 0 });
  expect(await notifier.client.redeliverRange({ ...whole, ...range })).toEqual({ requeued: 2 });
  await receiver.count(before + 2);
  expect(receiver.bodies().slice(before)).toEqual(['two-a', 'two-b']);
  await settled(notifier, 'two');
  expect(await notifier.client.redeliverRange({ ...whole, ...range })).toEqual({ requeued: 0 });
  expect(await deadOf(notifier, range)).toEqual([]);
  expect(await notifier.client.redeliverRange(whole)).toEqual({ requeued: 4 });
  await receiver.count(before + 6);
  await expect(
    notifier.client.listDeadDeliveries({ ...whole, pageSize: 4, pageToken: 'elsewhere' }),
  ).rejects.toMatchObject({ code: 'invalid-argument' });
});

it('meets each dead delivery of a range once, also when it dies again at once', async () => {
  await using receiver = await startReceiver((_, response) => response.writeHead(410).end());
  const url = receiver.origin;
  const notifier = await ground.start();
  const bots = Array.from({ length: 60 }, (_, n) => `bot-${n}`);
  await Promise.all(
    bots.map((botId) =>
      notifier.client.deliver({
        messages: Array.from({ length: 10 }, (_, n) => message({ botId, url }, String(n))),
      }),
    ),
  );
  for (const botId of bots) await settled(notifier, botId);
  const whole = { accountId, storedFrom: undefined, storedUntil: undefined };
  expect(await notifier.client.redeliverRange(whole)).toEqual({ requeued: 600 });
}, 30_000);
