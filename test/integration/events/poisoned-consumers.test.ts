import { TranscriptionWay } from '@earshot/contract/common/v1/transcription.ts';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { MediaEvent } from '@earshot/contract/media/v1/events.ts';
import { ErasureEvent } from '@earshot/contract/retention/v1/events.ts';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import { TranscriptEvent } from '@earshot/contract/transcriber/v1/events.ts';
import { openDatabase, type Database } from '@earshot/db';
import { connectBroker, type Broker } from '@earshot/events';
import { createApi, eventually, startCustomer, type Api, type Customer } from '@earshot/harness';
import { silentLog } from '@earshot/kernel';
import { freePorts, startStack, type Stack } from '@earshot/stack';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const root = resolve(import.meta.dirname, '../../..');
const signal = () => AbortSignal.timeout(60_000);
const run = promisify(execFile);

let parts: AsyncDisposableStack;
let stack: Stack;
let database: Database;
let broker: Broker;
let customer: Customer;
let api: Api;

/** The product's own processes, without a joiner: what happens in meetings is said by the test. */
beforeAll(async () => {
  parts = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'earshot-poison-'));
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  customer = parts.use(await startCustomer());
  stack = parts.use(
    await startStack({
      ...{ root, dataDir, ports: await freePorts(), isThrowaway: true, log: silentLog },
      settings: { ...process.env, EGRESS_ALLOW: '127.0.0.1' },
      only: ['gateway', 'scheduler', 'media-streamer', 'transcriber', 'retention', 'notifier'],
    }),
  );
  database = parts.use(openDatabase({ url: stack.databaseUrl, schema: 'public', pool: 2 }));
  broker = parts.use(await connectBroker({ url: stack.natsUrl, name: 'test', log: silentLog }));
  api = createApi(stack);
});
afterAll(() => parts.disposeAsync());

async function order(): Promise<string> {
  const { status, body } = await api.request('POST', '/bots/create_bot', {
    meeting_link: 'https://meet.google.com/abc-defg-hij',
    callback_url: customer.callbackUrl,
    callback_version: '2026-06',
    join_at: new Date(Date.now() + 20 * 60 * 60 * 1000).toISOString(),
  });
  expect(status).toBe(201);
  return body.bot_id;
}

/** A bot that came past the door: like another one, with something else in its spec. */
async function smuggle(like: string, change: Record<string, unknown>): Promise<string> {
  const botId = randomUUID();
  await database.knex.raw(
    `insert into scheduler.bots select (jsonb_populate_record(bot, :change::jsonb)).* from scheduler.bots as bot where bot_id = :like`,
    { like, change: JSON.stringify({ bot_id: botId }) },
  );
  await database.knex.raw(`update scheduler.bots set spec = spec || :change::jsonb where bot_id = :botId`, {
    botId,
    change: JSON.stringify(change),
  });
  return botId;
}

const about = (botId: string) => ({ eventId: randomUUID(), botId, occurredAt: new Date() });
const publish = (subject: string, id: string, payload: Uint8Array) => broker.publish({ id, subject, payload });

function sayBot(botId: string, state: 'joining' | 'processing', more: Partial<BotEvent> = {}) {
  const states = { joining: 'BOT_STATE_JOINING', processing: 'BOT_STATE_PROCESSING' } as const;
  const event = BotEvent.fromPartial({
    ...about(botId),
    ...{ accountId: 'default', state: states[state], firstTime: true, retentionHours: 168 },
    ...more,
  });
  return publish(`bots.${botId}.${state}`, event.eventId, BotEvent.encode(event).finish());
}

/** Everything that happens to a bot after its meeting, as each consumer hears it. */
async function sayEnd(botId: string): Promise<void> {
  await sayBot(botId, 'joining');
  await sayBot(botId, 'processing');
  const media = MediaEvent.fromPartial({
    ...about(botId),
    fact: { $case: 'recordingReady', value: { durationMs: 1000, bytes: 1 } },
  });
  await publish(`media.${botId}.recording-ready`, media.eventId, MediaEvent.encode(media).finish());
  const words = TranscriptEvent.fromPartial({ ...about(botId), fact: { $case: 'transcriptSkipped', value: {} } });
  await publish(`transcripts.${botId}.transcript-skipped`, words.eventId, TranscriptEvent.encode(words).finish());
  const erasure = ErasureEvent.fromPartial({
    ...about(botId),
    fact: { $case: 'erasureDone', value: { deletedObjects: 1 } },
  });
  await publish(`erasures.${botId}.erasure-done`, erasure.eventId, ErasureEvent.encode(erasure).finish());
}

const schemas = ['gateway', 'scheduler', 'media', 'transcriber', 'retention'];
async function consumersWith(botId: string): Promise<string[]> {
  const { rows } = await database.knex.raw(
    schemas
      .map((schema) => `select distinct consumer from ${schema}.set_aside_facts where bot_id = :botId`)
      .join(' union '),
    { botId },
  );
  return (rows as { consumer: string }[]).map(({ consumer }) => consumer).toSorted();
}

/** What came of a bot at each consumer. */
async function traces(botId: string) {
  const has = async (table: string, condition = 'true') => {
    const { rows } = await database.knex.raw(`select 1 from ${table} where bot_id = ? and ${condition}`, [botId]);
    return rows.length > 0;
  };
  return {
    'scheduler-transcripts': await has('scheduler.bots', `state = 'done'`),
    'scheduler-erasures': await has('scheduler.bots', 'erased_at is not null'),
    'media-bots': await has('media.recordings'),
    'transcriber-bots': await has('transcriber.visits', 'over_at is not null'),
    'transcriber-media': await has('transcriber.visits', 'recording is not null'),
    'retention-bots': await has('retention.erasures'),
    'gateway-callbacks': customer.callbacks.some(({ body }) => body.bot_id === botId && body.event === 'data_deletion'),
  };
}
const all = (value: boolean) => Object.fromEntries(consumers.map((consumer) => [consumer, value]));
const consumers = [
  ...['gateway-callbacks', 'media-bots', 'retention-bots', 'scheduler-erasures', 'scheduler-transcripts'],
  ...['transcriber-bots', 'transcriber-media'],
];
/** Waits until `look` shows what is expected; fails with what it shows at last. */
async function reaches<T>(look: () => Promise<T>, expected: T): Promise<void> {
  const isThere = async () => isDeepStrictEqual(await look(), expected);
  await eventually(isThere, { signal: AbortSignal.timeout(30_000) }).catch(() => {});
  expect(await look()).toEqual(expected);
}
const readiness = async () => {
  const answer = await fetch(`${stack.url}/readyz`);
  return { status: answer.status, body: (await answer.json()) as { status: string } };
};
const facts = (...words: string[]) =>
  run(process.execPath, [join(root, 'bin/stack/src/facts.ts'), ...words], {
    env: { ...process.env, DATABASE_URL: stack.databaseUrl },
  });

it('sets aside at each consumer what it cannot store, tells, goes on with other bots, and catches up when asked', async () => {
  const [ill, well] = [await order(), await order()];
  await database.knex.raw(`update scheduler.bots set state = 'processing' where bot_id in (?, ?)`, [ill, well]);
  const setAddress = (url: string) =>
    database.knex.raw(
      `update scheduler.bots set spec = jsonb_set(spec, '{destinations,lifecycleUrl}', ?::jsonb) where bot_id = ?`,
      [JSON.stringify(url), ill],
    );
  // An address that the notifier refuses; and elsewhere what PostgreSQL refuses until somebody mends it.
  await setAddress(`${customer.callbackUrl}?${'x'.repeat(9000)}`);
  const isAsBefore = { 'scheduler.bots': `state = 'processing' and erased_at is null` };
  const tables = Object.entries({
    ...isAsBefore,
    'media.recordings': '',
    'transcriber.visits': '',
    'retention.erasures': '',
  });
  for (const [table, exception] of tables) {
    const check = `bot_id <> '${ill}'::uuid or (${exception || 'false'})`;
    await database.knex.raw(`alter table ${table} add constraint poison check (${check}) not valid`);
  }

  await sayEnd(ill);
  await sayEnd(well);
  await reaches(() => traces(well), all(true));
  await reaches(() => consumersWith(ill), consumers);
  expect(await traces(ill)).toEqual(all(false));
  expect(await consumersWith(well)).toEqual([]);
  expect(await readiness()).toMatchObject({ status: 200, body: { status: 'degraded' } });
  const { stdout: listed } = await facts('list', '--bot', ill);
  for (const consumer of consumers) expect(listed).toContain(` ${consumer} #`);
  expect(listed).toContain('invalid-argument');

  for (const [table] of tables) await database.knex.raw(`alter table ${table} drop constraint poison`);
  await setAddress(customer.callbackUrl);
  await facts('retry', '--all');
  await reaches(() => consumersWith(ill), []);
  await reaches(() => traces(ill), all(true));
  const told = customer.callbacks.flatMap(({ body }) => (body.bot_id === ill ? [body.event] : []));
  expect(told.slice(0, 3)).toEqual(['bot.scheduled', 'bot.joining', 'bot.stopped']);
  expect(told).toContain('data_deletion');
  await reaches(readiness, { status: 200, body: { status: 'ok' } });
});

it('is not stopped by texts, times and sizes that came past the door', async () => {
  const [well, nested] = [await order(), '{"a":'.repeat(4002) + '1' + '}'.repeat(4002)];
  const ill = randomUUID();
  const deep = await smuggle(well, { attributesJson: nested });
  const large: string[] = [];
  const text = 'x'.repeat(950_000);
  while (large.length < 40) {
    large.push(await smuggle(well, { attributesJson: JSON.stringify({ text }), requestJson: text }));
  }
  // U+0000 in a text, and a time that is none once hours are added to it.
  const more = { accountId: 'a\0b', occurredAt: new Date(8.64e15), retentionHours: 1 };
  const speech = { engine: 'deepgram', optionsJson: '{}', way: TranscriptionWay.RECORDED };
  await sayBot(ill, 'processing', { ...more, speech, transcriptId: randomUUID() });
  await Promise.all([deep, ...large].map((botId) => sayBot(botId, 'joining')));
  await sayBot(well, 'joining');
  await sayBot(well, 'processing');

  const heardOf = (botId: string) => customer.callbacks.some(({ body }) => body.bot_id === botId);
  await customer.watched.until(() => heardOf(well) && large.every(heardOf), signal());
  await eventually(
    async () => {
      const found = await traces(well);
      return found['media-bots'] && found['transcriber-bots'] && found['retention-bots'];
    },
    { signal: signal() },
  );
  expect(await consumersWith(ill)).toEqual(['media-bots', 'retention-bots', 'transcriber-bots']);
  // It may be told, or not; nobody waits for it.
  expect(heardOf(deep) || (await consumersWith(deep)).includes('gateway-callbacks')).toBe(true);
  await facts('drop', '--bot', ill);
  expect(await consumersWith(ill)).toEqual([]);
});
