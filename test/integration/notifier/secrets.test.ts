import { DAY, FakeClock, HOUR } from '@earshot/kernel';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGround, message, settled, type Running } from './fixture.ts';
import { startReceiver, type Received } from './receiver.ts';

let ground: ReturnType<typeof createGround>;
beforeEach(() => {
  ground = createGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

const accountId = 'account-1';
const hour = HOUR / 1000;
const secretsOf = async ({ client }: Running) => (await client.getSigningSecrets({ accountId })).secrets;

/** Whether the independent library takes the message for one signed with the secret. */
function verifies(secret: string, { body, headers }: Received): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

it('signs with every valid secret during an overlap and with the newest alone after it', async () => {
  // The independent verifier goes by the real time, which the clock here starts from.
  const clock = new FakeClock(Date.now());
  await using receiver = await startReceiver();
  const notifier = await ground.start({ clock });
  const deliver = async (botId: string): Promise<Received> => {
    const before = receiver.received.length;
    await notifier.client.deliver({ messages: [message({ botId, url: receiver.origin }, '{}')] });
    await receiver.count(before + 1);
    await settled(notifier, botId);
    return receiver.received.at(-1)!;
  };
  const [first] = await secretsOf(notifier);
  expect(first).toMatchObject({ createdAt: new Date(clock.now()), validUntil: undefined });
  expect(verifies(first!.secret, await deliver('one'))).toBe(true);

  const { secrets } = await notifier.client.rotateSigningSecret({ accountId, overlapSeconds: hour });
  expect(secrets).toMatchObject([
    { validUntil: undefined },
    { secret: first!.secret, validUntil: new Date(clock.now() + HOUR) },
  ]);
  const second = secrets[0]!;
  const during = await deliver('two');
  expect([second, first!].map(({ secret }) => verifies(secret, during))).toEqual([true, true]);

  await notifier.client.rotateSigningSecret({ accountId, overlapSeconds: 0 });
  const [third, ...others] = await secretsOf(notifier);
  expect(others).toEqual([]);
  const after = await deliver('three');
  expect([third!, second, first!].map(({ secret }) => verifies(secret, after))).toEqual([true, false, false]);
});

it('lets an overlap end by itself, at its time', async () => {
  const clock = new FakeClock();
  await using receiver = await startReceiver();
  const notifier = await ground.start({ clock });
  await secretsOf(notifier);
  await notifier.client.rotateSigningSecret({ accountId, overlapSeconds: hour });
  const signatures = async (botId: string): Promise<number> => {
    await notifier.client.deliver({ messages: [message({ botId, url: receiver.origin }, '{}')] });
    await settled(notifier, botId);
    return String(receiver.received.at(-1)!.headers['webhook-signature']).split(' ').length;
  };
  await clock.advance(HOUR - 1);
  expect(await signatures('before')).toBe(2);
  await clock.advance(1);
  expect(await signatures('after')).toBe(1);
  expect(await secretsOf(notifier)).toHaveLength(1);
});

it('shares a rotation between instances within five seconds', async () => {
  const clock = new FakeClock();
  await using receiver = await startReceiver();
  const [one, two] = [await ground.start({ clock }), await ground.start({ clock })];
  const [before] = await secretsOf(one);
  expect(await secretsOf(two)).toEqual([before]);
  await one.stop();
  const three = await ground.start({ clock });
  await three.client.rotateSigningSecret({ accountId, overlapSeconds: 0 });
  await three.stop();
  await clock.advance(5000);
  await two.client.deliver({ messages: [message({ botId: 'bot', url: receiver.origin }, '{}')] });
  await settled(two, 'bot');
  const [newest] = await secretsOf(two);
  const { headers, body } = receiver.received[0]!;
  const at = new Date(Number(headers['webhook-timestamp']) * 1000);
  const signed = (secret: string) => new Webhook(secret).sign(String(headers['webhook-id']), at, body);
  expect(headers['webhook-signature']).toBe(signed(newest!.secret));
  expect(headers['webhook-signature']).not.toBe(signed(before!.secret));
});

it('keeps secrets sealed and apart, and bounds overlaps and their number', async () => {
  const notifier = await ground.start();
  const [mine] = await secretsOf(notifier);
  const theirs = (await notifier.client.getSigningSecrets({ accountId: 'account-2' })).secrets[0];
  expect(mine?.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(theirs?.secret).not.toBe(mine?.secret);
  const rotate = (overlapSeconds: number) => notifier.client.rotateSigningSecret({ accountId, overlapSeconds });
  await expect(rotate((7 * DAY) / 1000 + 1)).rejects.toMatchObject({ code: 'invalid-argument' });
  for (let n = 0; n < 4; n++) await rotate(hour);
  await expect(rotate(hour)).rejects.toMatchObject({ code: 'failed-precondition' });
  const all = await secretsOf(notifier);
  expect(all).toHaveLength(5);
  const stored = await ground.database.knex('secrets').select('sealed');
  for (const { secret } of [...all, theirs!]) {
    const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64');
    expect(stored.some(({ sealed }) => sealed.includes(secret) || sealed.includes(bytes))).toBe(false);
  }
  await rotate(0);
  expect(await secretsOf(notifier)).toHaveLength(1);
});
