import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutbox, migrate, relayOutbox, type Database } from '@earshot/db';
import { queryCosts, testDatabase, type QueryCost } from '@earshot/harness';
import { silentLog, type BotId, type JoinerId } from '@earshot/kernel';
import { createCompositions } from '../../../services/composer/src/store/compositions.ts';
import { createRecordings } from '../../../services/media-streamer/src/store/recordings.ts';
import { createDeliveries } from '../../../services/notifier/src/store/deliveries.ts';
import { createDeliveryQueues } from '../../../services/notifier/src/store/delivery-queues.ts';
import { createErasures } from '../../../services/retention/src/store/erasures.ts';
import { createBots } from '../../../services/scheduler/src/store/bots.ts';
import { createMessages } from '../../../services/scheduler/src/store/messages.ts';
import { createTranscripts } from '../../../services/transcriber/src/store/transcripts.ts';
import { createVisits } from '../../../services/transcriber/src/store/visits.ts';

const root = resolve(import.meta.dirname, '../../..');
/** What was, and has nothing to do with what is asked for. */
const HISTORY = 200_000;
const FEW = 20;

/** A service's schema with as many finished things in it as it has after some months. */
function filled(service: string, fill: (database: Database) => Promise<void>): () => Database {
  let database: Database;
  beforeAll(async () => {
    database = testDatabase('polling');
    await migrate(database, join(root, 'services', service, 'src/store/migrations'));
    // Which may take longer than a service's statement.
    const patient = database.connectToMigrate();
    try {
      await fill({ ...database, knex: patient });
      await patient.raw('analyze');
    } finally {
      await patient.destroy();
    }
  });
  afterAll(() => database[Symbol.asyncDispose]());
  return () => database;
}

/** A statement reads what it answers, and looks for it through an index or two. */
function expectNoHistoryRead(costs: readonly QueryCost[]): void {
  expect(costs).not.toEqual([]);
  for (const { sql, returned, read, pages } of costs) {
    expect(read, sql).toBeLessThanOrEqual(2 * returned + FEW);
    expect(pages, sql).toBeLessThanOrEqual(20 * (returned + FEW));
  }
}

const now = Date.UTC(2026, 5, 1);

describe('scheduler', () => {
  const mine = 'joiner-0' as JoinerId;
  const refs: { botId: BotId; epoch: number }[] = [];
  const database = filled('scheduler', async ({ knex }) => {
    const insert = (count: number, state: string, columns: string) =>
      knex.raw(
        `insert into bots (bot_id, account_id, spec, state, created_at, timeline, epoch, due_at, joiner_id, lease_until)
         select gen_random_uuid(), 'account-' || n % 10, '{"destinations": {}}', :state, :now, '[]', 1, ${columns}
         from generate_series(1, :count::int) as n`,
        { count, state, now: new Date(now), before: new Date(now - 1000), after: new Date(now + 60_000) },
      );
    await insert(HISTORY, 'done', `:before, 'joiner-' || n % 3, :before`);
    await insert(HISTORY / 10, 'scheduled', ':after, null, null');
    await insert(FEW, 'queued', ':before, null, null');
    await insert(3, 'queued', `:after, 'joiner-0', :before`);
    await insert(FEW, 'recording', `:before, 'joiner-0', :after`);
    await insert(2, 'joining', `:before, 'joiner-1', :before`);
    const { rows } = await knex.raw(`select bot_id from bots where state = 'recording'`);
    for (const { bot_id: botId } of rows) refs.push({ botId, epoch: 1 });
    await knex.raw(`insert into messages (message_id, bot_id, text)
      select gen_random_uuid(), bot_id, '' from bots where state in ('recording', 'scheduled')`);
  });

  const questions = {
    'claims bots that are due': (db) => db.transaction((tx) => createBots(db).lockClaimable(tx, { now, limit: 5 })),
    'takes back bots whose lease ran out': (db) =>
      db.transaction((tx) => createBots(db).lockExpired(tx, { before: now, limit: 100 })),
    'renews leases': (db) => createBots(db).renew(refs, { joinerId: mine, until: now }),
    'ends no lease later than leases last': (db) => createBots(db).boundLeases(now),
    'finds what a joiner has, and what it lost': (db) => createBots(db).assignedTo(mine),
    'finds messages to be said': (db) => createMessages(db).waitingAt(mine),
  } satisfies Record<string, (db: Database) => Promise<unknown>>;
  for (const [name, work] of Object.entries(questions)) {
    it(`${name} without reading those that were`, async () => {
      expectNoHistoryRead(await queryCosts(database(), { table: 'bots', work: () => work(database()) }));
    });
  }
});

describe('retention', () => {
  const database = filled('retention', async ({ knex }) => {
    await knex.raw(
      `insert into erasures (bot_id, due_at, next_try_at, is_settled, done_at)
       select gen_random_uuid(), :before, :before, n % 20 <> 0, case when n % 20 <> 0 then :before::timestamptz end
       from generate_series(1, :count::int) as n`,
      { count: HISTORY, before: new Date(now - 1000) },
    );
    await knex('erasures').insert({
      ...{ bot_id: randomUUID(), due_at: new Date(now), next_try_at: new Date(now), is_settled: true },
    });
  });

  it('finds what is to be erased without reading what was', async () => {
    const work = () => createErasures(database()).claimDue({ now, until: now });
    expectNoHistoryRead(await queryCosts(database(), { table: 'erasures', work }));
  });
});

describe('composer', () => {
  const database = filled('composer', async ({ knex }) => {
    const insert = (count: number, state: string, leaseUntil: Date | null) =>
      knex.raw(
        `insert into compositions (bot_id, kind, layout, account_id, ordered, state, due_at, created_at, lease_until)
         select gen_random_uuid(), 'video', 'grid', 'account-' || n % 10, true, :state, :at, :at, :leaseUntil::timestamptz
         from generate_series(1, :count::int) as n`,
        { count, state, leaseUntil, at: new Date(now - 1000) },
      );
    await insert(HISTORY, 'ready', null);
    await insert(3, 'running', new Date(now + 1000));
    await insert(3, 'queued', null);
  });

  it('finds what is to be made, and counts it, without reading what was', async () => {
    const compositions = createCompositions(database());
    const claim = () => compositions.claim(now, { owner: 'one', leaseUntil: now + 1000, kinds: ['video'] });
    expectNoHistoryRead(await queryCosts(database(), { table: 'compositions', work: claim }));
    expectNoHistoryRead(await queryCosts(database(), { table: 'compositions', work: () => compositions.countOpen() }));
  });
});

describe('media-streamer', () => {
  const database = filled('media-streamer', async ({ knex }) => {
    const insert = (count: number, state: string, endedAt: Date | null) =>
      knex.raw(
        `insert into recordings (bot_id, account_id, state, started_at, epoch, shift_ms, owner, durable_samples,
           durable_sequence, ended_at, updated_at, bytes, sha256)
         select gen_random_uuid(), '', :state, :at, 0, 0, '', 0, 0, :endedAt::timestamptz, :at, 0, ''
         from generate_series(1, :count::int)`,
        { count, state, endedAt, at: new Date(now) },
      );
    await insert(HISTORY, 'erased', new Date(now));
    await insert(HISTORY / 100, 'recording', null);
    await insert(3, 'recording', new Date(now));
    await insert(3, 'finishing', new Date(now));
  });

  it('finds recordings to be finished without reading those that are', async () => {
    const work = () => createRecordings(database()).unfinished(100);
    expectNoHistoryRead(await queryCosts(database(), { table: 'recordings', work }));
  });
});

describe('transcriber', () => {
  const database = filled('transcriber', async ({ knex }) => {
    const insert = (count: number, state: string) =>
      knex.raw(
        `insert into transcripts (transcript_id, bot_id, account_id, engine, options_json, state, due_at, created_at)
         select gen_random_uuid(), gen_random_uuid(), '', '', '{}', :state, :at, :at from generate_series(1, :count::int)`,
        { count, state, at: new Date(now) },
      );
    await insert(HISTORY, 'ready');
    await insert(3, 'processing');
    await knex.raw(
      `insert into visits (bot_id, over_at, recording, recorded_at, is_settled)
       select gen_random_uuid(), :at, case when n % 100 <> 0 then 'ready' end, :at, n % 100 <> 0 and n % 50000 <> 1
       from generate_series(1, :count::int) as n`,
      { count: HISTORY, at: new Date(now) },
    );
  });

  it('finds recordings to be transcribed without reading those that are', async () => {
    const work = () => database().transaction((tx) => createTranscripts(database()).lockDue(tx, now));
    expectNoHistoryRead(await queryCosts(database(), { table: 'transcripts', work }));
  });

  it('finds visits to be settled without reading those that are, or that go on', async () => {
    const work = () => createVisits(database()).unsettled();
    expectNoHistoryRead(await queryCosts(database(), { table: 'visits', work }));
  });
});

describe('notifier', () => {
  const holder = { instanceId: randomUUID(), held: [] };
  const room = { all: 100, unproven: 8, hosts: [], free: [], proven: [], fresh: 4 };
  const database = filled('notifier', async ({ knex }) => {
    const insert = (count: number, { dueAt, state }: { dueAt: Date | null; state: string }) =>
      knex.raw(
        `with line as (
           insert into lines (bot_id, url, url_hash, host, due_at)
           select gen_random_uuid()::text, 'https://x.example.org/', '', 'x.example.org', :dueAt::timestamptz
           from generate_series(1, :count::int) returning line_id, bot_id, url)
         insert into deliveries (message_id, line_id, account_id, bot_id, url, body, content_type, label, state, created_at,
           next_attempt_at)
         select gen_random_uuid()::text, line_id, '', bot_id, url, '', '', '', :state, :now, :dueAt from line`,
        { count, dueAt, state, now: new Date(now) },
      );
    await insert(HISTORY / 2, { dueAt: null, state: 'delivered' });
    await insert(HISTORY / 10, { dueAt: new Date(now + 60_000), state: 'pending' });
    await insert(3, { dueAt: new Date(now), state: 'pending' });
  });

  it('claims lines that are due without reading those that are not', async () => {
    const work = () => createDeliveryQueues(database()).claim({ ...holder, now, room });
    expectNoHistoryRead(await queryCosts(database(), { table: 'lines', work }));
  });

  it('finds lines that nobody has any more without reading the others', async () => {
    const work = () => createDeliveryQueues(database()).reclaim(holder);
    expectNoHistoryRead(await queryCosts(database(), { table: 'lines', work }));
  });

  it('finds the next message of a line without reading those before', async () => {
    const { rows } = await database().knex.raw('select line_id from lines where due_at is not null limit 5');
    const lineIds = (rows as { line_id: number }[]).map((row) => row.line_id);
    const work = () => createDeliveries(database()).heads(lineIds);
    expectNoHistoryRead(await queryCosts(database(), { table: 'deliveries', work }));
  });
});

describe('outbox', () => {
  const outbox = createOutbox((subject: string) => ({ id: randomUUID(), subject, payload: Buffer.alloc(0) }));
  const database = filled('retention', (db) =>
    db.transaction((tx) =>
      outbox.append(
        tx,
        Array.from({ length: 5000 }, (_, n) => `x.${n}.y`),
      ),
    ),
  );

  it('reads the facts that it relays and no others', async () => {
    const work = () => relayOutbox(database(), () => Promise.resolve(), { log: silentLog, batch: 10 });
    expectNoHistoryRead(await queryCosts(database(), { table: 'outbox', work }));
  });
});
