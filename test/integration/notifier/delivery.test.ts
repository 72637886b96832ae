import { randomUUID } from 'node:crypto';
import { FakeClock, HOUR, MINUTE, SECOND } from '@earshot/kernel';
import { unseal } from '@earshot/db';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { createGround, eventually, message, settled } from './fixture.ts';
import { startReceiver } from './receiver.ts';

let ground: ReturnType<typeof createGround>;
beforeEach(() => {
  ground = createGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

it('keeps the order of each bot while attempts fail', async () => {
  let failures = 0;
  await using receiver = await startReceiver((_, response) => {
    const fails = Math.random() < 0.3;
    if (fails) failures++;
    response.writeHead(fails ? 503 : 200).end();
  });
  const notifier = await ground.start({ schedule: Array.from({ length: 40 }, () => 10) });
  const lines = numbers(8).map((n) => ({ botId: `bot-${n}`, url: `${receiver.origin}/${n}` }));
  await Promise.all(
    lines.map((line) => notifier.client.deliver({ messages: numbers(20).map((body) => message(line, body)) })),
  );
  for (const { botId, url } of lines) {
    const deliveries = await settled(notifier, botId);
    expect(deliveries.every(({ state }) => state === 'DELIVERY_STATE_DELIVERED')).toBe(true);
    const arrivals = receiver.bodies(new URL(url).pathname);
    expect(arrivals.filter((body, index) => body !== arrivals[index - 1])).toEqual(numbers(20));
  }
  expect(failures).toBeGreaterThan(0);
}, 30_000);

it('stores a repeated message_id once, also within one call', async () => {
  await using receiver = await startReceiver();
  const notifier = await ground.start();
  const line = { botId: 'bot', url: receiver.origin };
  const messages = [message(line, 'a', 'id-1'), message(line, 'b', 'id-2'), message(line, 'c', 'id-1')];
  await notifier.client.deliver({ messages });
  await notifier.client.deliver({ messages });
  await notifier.client.deliver({ messages: [message(line, 'end', 'id-3')] });
  await receiver.count(3);
  expect(receiver.bodies()).toEqual(['a', 'b', 'end']);
});

it('signs so that an independent verifier is content, and writes the attempt down', async () => {
  await using receiver = await startReceiver((_, response) => void response.end(`thanks\0${'x'.repeat(5000)}`));
  const notifier = await ground.start();
  await notifier.client.deliver({ messages: [message({ botId: 'bot', url: receiver.origin }, '{"a":1}', 'id-1')] });
  const [delivery] = await settled(notifier, 'bot');
  const stored = await ground.database.knex('secrets').where({ account_id: 'account-1' }).first();
  const secret = unseal(Buffer.alloc(32, 7), stored.sealed, 'account-1');
  const { headers, body } = receiver.received[0]!;
  expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual({ a: 1 });
  expect(headers['content-type']).toBe('application/json');
  expect(delivery?.attempts).toMatchObject([{ status: 200, error: '' }]);
  expect(delivery?.attempts[0]?.responseExcerpt).toHaveLength(1023);
});

it('takes a redirect for a failure and does not follow it', async () => {
  await using target = await startReceiver();
  await using receiver = await startReceiver((_, response) =>
    response.writeHead(307, { location: target.origin }).end(),
  );
  const notifier = await ground.start({ schedule: [0] });
  await notifier.client.deliver({ messages: [message({ botId: 'bot', url: receiver.origin }, 'a')] });
  const [delivery] = await settled(notifier, 'bot');
  expect(delivery).toMatchObject({ state: 'DELIVERY_STATE_DEAD', attempts: [{ status: 307, error: 'status' }] });
  expect(target.received).toEqual([]);
});

it('refuses private addresses that are not allowed', async () => {
  await using receiver = await startReceiver();
  const notifier = await ground.start({ schedule: [0] }, { config: { egressAllow: [] } });
  await notifier.client.deliver({ messages: [message({ botId: 'bot', url: receiver.origin }, 'a')] });
  expect((await settled(notifier, 'bot'))[0]?.attempts).toMatchObject([{ status: 0, error: 'blocked' }]);
  expect(receiver.received).toEqual([]);
});

it('sends nothing more to an address that answered 410, until it is redelivered to', async () => {
  await using receiver = await startReceiver((_, response) => response.writeHead(410).end());
  const notifier = await ground.start();
  const line = { botId: 'bot', url: receiver.origin };
  await notifier.client.deliver({ messages: [message(line, 'a'), message(line, 'b')] });
  await settled(notifier, 'bot');
  await notifier.client.deliver({ messages: [message(line, 'c')] });
  expect((await settled(notifier, 'bot')).map(({ state }) => state)).toEqual(Array(3).fill('DELIVERY_STATE_DEAD'));
  expect(receiver.bodies()).toEqual(['a']);

  receiver.behave((_, response) => response.end());
  expect(await notifier.client.redeliver({ botId: 'bot', messageIds: [] })).toEqual({ requeued: 3 });
  await receiver.count(4);
  expect(receiver.bodies()).toEqual(['a', 'a', 'b', 'c']);
});

it('gives up after the last attempt, goes on with the next message, and redelivers', async () => {
  const clock = new FakeClock();
  await using receiver = await startReceiver(({ body }, response) =>
    response.writeHead(body === 'bad' ? 500 : 200).end('no'),
  );
  const notifier = await ground.start({ clock });
  const line = { botId: 'bot', url: receiver.origin };
  await notifier.client.deliver({ messages: [message(line, 'bad', 'bad'), message(line, 'good', 'good')] });
  const attempts = async () => (await notifier.client.listDeliveries({ botId: 'bot' })).deliveries[0]!;
  const startedAt = clock.now();
  for (let tries = 1; tries < 12; tries++) {
    const { nextAttemptAt } = await eventually(attempts, (delivery) => delivery.attempts.length === tries);
    expect(receiver.bodies()).not.toContain('good');
    await clock.advance(nextAttemptAt!.getTime() - clock.now());
    // The dispatcher may be between two rests: its next one has to end as well.
    await eventually(
      async () => clock.advance(500),
      () => receiver.received.length > tries,
    );
  }
  await receiver.until((all) => all.some(({ body }) => body === 'good'));
  expect((clock.now() - startedAt) / HOUR).toBeGreaterThan(58);
  const [bad, good] = await settled(notifier, 'bot');
  expect(bad).toMatchObject({ state: 'DELIVERY_STATE_DEAD', nextAttemptAt: undefined });
  expect(bad?.attempts).toHaveLength(12);
  expect(good?.state).toBe('DELIVERY_STATE_DELIVERED');

  receiver.behave((_, response) => response.end());
  expect(await notifier.client.redeliver({ botId: 'bot', messageIds: [] })).toEqual({ requeued: 1 });
  await receiver.count(14);
  expect(await notifier.client.redeliver({ botId: 'bot', messageIds: ['good'] })).toEqual({ requeued: 1 });
  await receiver.count(15);
  expect(receiver.bodies().slice(-2)).toEqual(['bad', 'good']);
  expect((await settled(notifier, 'bot'))[0]?.attempts).toHaveLength(13);
}, 30_000);

it('waits as long as the receiver asks for, within bounds', async () => {
  const clock = new FakeClock();
  await using receiver = await startReceiver((_, response) => response.writeHead(429, { 'retry-after': '45' }).end());
  const notifier = await ground.start({ clock });
  await notifier.client.deliver({ messages: [message({ botId: 'bot', url: receiver.origin }, 'a')] });
  const list = async () => (await notifier.client.listDeliveries({ botId: 'bot' })).deliveries[0]!;
  const { nextAttemptAt } = await eventually(list, ({ attempts }) => attempts.length === 1);
  expect(nextAttemptAt!.getTime() - clock.now()).toBe(45 * SECOND);
  receiver.behave((_, response) => response.writeHead(503, { 'retry-after': '86400' }).end());
  await clock.advance(45 * SECOND);
  // Any redelivery has the dispatcher look at once, so that no further time has to pass.
  await notifier.client.redeliver({ botId: 'nobody', messageIds: [] });
  const second = await eventually(list, ({ attempts }) => attempts.length === 2);
  expect(second.nextAttemptAt!.getTime() - clock.now()).toBe(MINUTE);
});

it('keeps no address of an erased bot, of its last message neither once that was delivered, and forgets the bot then', async () => {
  const clock = new FakeClock();
  await using receiver = await startReceiver((_, response) => response.writeHead(500).end('said'));
  const notifier = await ground.start({ clock });
  const target = { botId: 'bot', url: `${receiver.origin}/planted` };
  const tables = ['lines', 'deliveries', 'attempts', 'endpoints', 'erased_bots'];
  const rows = async () => Promise.all(tables.map((table) => ground.database.knex(table)));
  const isPlanted = async () => JSON.stringify(await rows()).includes('planted');
  await notifier.client.deliver({ messages: [message(target, 'a')] });
  await eventually(isPlanted, (is) => is);
  await eventually(
    () => ground.database.knex('endpoints'),
    (failing) => failing.length === 1,
  );
  receiver.behave((_, response) => response.end('said'));
  await eventually(
    async () => clock.advance(500),
    () => receiver.received.length === 2,
  );
  await settled(notifier, 'bot');
  await notifier.client.erase({ botId: 'bot', final: false });
  expect(await isPlanted()).toBe(false);

  await notifier.client.deliver({ messages: [message(target, 'last', 'last')] });
  await eventually(
    async () => clock.advance(500),
    () => receiver.bodies().includes('last'),
  );
  await notifier.client.erase({ botId: 'bot', final: true });
  await eventually(
    async () => (await clock.advance(5000), ground.database.knex('erased_bots')),
    (erased) => erased.length === 0,
  );
  expect(await isPlanted()).toBe(false);
  expect((await notifier.client.listDeliveries({ botId: 'bot' })).deliveries.map(({ state }) => state)).toEqual([
    'DELIVERY_STATE_DELIVERED',
    'DELIVERY_STATE_DELIVERED',
  ]);
});

it('erases settled bodies at once and pending ones after delivery', async () => {
  const clock = new FakeClock();
  await using receiver = await startReceiver(({ path }, response) =>
    response.writeHead(path === '/down' ? 500 : 200).end('said'),
  );
  const notifier = await ground.start({ clock });
  const up = { botId: 'bot', url: `${receiver.origin}/up` };
  const down = { botId: 'bot', url: `${receiver.origin}/down` };
  await notifier.client.deliver({ messages: [message(up, 'a'), message(up, 'b'), message(down, 'c', 'c')] });
  const list = async () => (await notifier.client.listDeliveries({ botId: 'bot' })).deliveries;
  await eventually(list, (all) => all.every(({ attempts }) => attempts.length === 1));
  expect(await notifier.client.erase({ botId: 'bot', final: false })).toEqual({
    deletedObjects: 2,
    totalObjects: 2,
    unfinished: false,
  });
  expect(await notifier.client.erase({ botId: 'bot', final: false })).toEqual({
    deletedObjects: 0,
    totalObjects: 2,
    unfinished: false,
  });
  const bodies = async () =>
    (await ground.database.knex('deliveries').orderBy('position')).map(({ body }: { body: Buffer }) => String(body));
  expect(await bodies()).toEqual(['', '', 'c']);

  receiver.behave((_, response) => response.end('said'));
  await eventually(
    async () => clock.advance(500),
    () => receiver.received.length === 4,
  );
  const all = await settled(notifier, 'bot');
  expect(receiver.bodies().at(-1)).toBe('c');
  expect(await bodies()).toEqual(['', '', '']);
  expect(all.map(({ attempts }) => attempts.map(({ status, responseExcerpt }) => [status, responseExcerpt]))).toEqual([
    [[200, '']],
    [[200, '']],
    [
      [500, ''],
      [200, ''],
    ],
  ]);
  expect(await notifier.client.redeliver({ botId: 'bot', messageIds: ['c'] })).toEqual({ requeued: 0 });
});

it('refuses what cannot be sent, and keeps nothing of that call', async () => {
  const notifier = await ground.start();
  const good = message({ botId: 'bot', url: 'https://example.com/' }, 'a');
  for (const wrong of [
    { messageId: '' },
    { messageId: 'a\nb' },
    { url: 'nowhere' },
    { url: 'ftp://a/' },
    { botId: '' },
  ]) {
    const call = notifier.client.deliver({ messages: [good, { ...good, messageId: randomUUID(), ...wrong }] });
    await expect(call).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('messages[1].'),
    });
  }
  expect((await notifier.client.listDeliveries({ botId: 'bot' })).deliveries).toEqual([]);
});

it('names what it can never store, keeps nothing of that call, and stores what others hand in at the same time', async () => {
  await using receiver = await startReceiver();
  const notifier = await ground.start();
  // As any constraint that a message does not meet.
  await ground.database.knex.raw(`alter table lines add constraint refused check (bot_id <> 'ill')`);
  const [ill, well] = ['ill', 'well'].map((botId) => message({ botId, url: `${receiver.origin}/${botId}` }, botId));
  const [alone, together, other] = await Promise.allSettled(
    [[ill!], [well!, ill!], [{ ...well!, messageId: 'other' }]].map((messages) =>
      notifier.client.deliver({ messages }),
    ),
  );
  const refusal = (text: string) => ({ reason: { code: 'invalid-argument', message: text } });
  expect(alone).toMatchObject(refusal(`message ${ill!.messageId} cannot be stored`));
  expect(together).toMatchObject(refusal('one of 2 messages cannot be stored'));
  expect(other).toMatchObject({ status: 'fulfilled' });
  const { deliveries } = await notifier.client.listDeliveries({ botId: 'well' });
  expect(deliveries.map(({ messageId }) => messageId)).toEqual(['other']);
});

it('delivers to addresses that no index row could hold, in one queue for each, and knows those that fail', async () => {
  await using receiver = await startReceiver(
    ({ path }, response) => void response.writeHead(path.startsWith('/gone') ? 410 : 200).end(),
  );
  const notifier = await ground.start();
  // What cannot be made smaller: an index packs what repeats itself.
  const query = Array.from({ length: 200 }, () => randomUUID()).join('');
  const url = `${receiver.origin}/?${query}`;
  for (const body of ['a', 'b']) await notifier.client.deliver({ messages: [message({ botId: 'bot', url }, body)] });
  const gone = { botId: 'bot', url: `${receiver.origin}/gone?${query}` };
  await notifier.client.deliver({ messages: [message(gone, 'c')] });
  const states = (await settled(notifier, 'bot')).map(({ state }) => state);
  expect(states).toEqual(['DELIVERY_STATE_DELIVERED', 'DELIVERY_STATE_DELIVERED', 'DELIVERY_STATE_DEAD']);
  expect(await ground.database.knex('lines').where({ bot_id: 'bot' }).count()).toEqual([{ count: 2 }]);
  const { endpoints } = await notifier.client.listEndpoints({ accountId: 'account-1' });
  expect(endpoints.map((endpoint) => endpoint.url)).toEqual([gone.url]);
  await notifier.client.enableEndpoint({ accountId: 'account-1', url: gone.url });
});
