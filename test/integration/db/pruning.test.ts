import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, type Database } from '@earshot/db';
import { queryCosts, testDatabase } from '@earshot/harness';
import { DAY, FakeClock, silentLog } from '@earshot/kernel';
import { pruneErased } from '../../../services/composer/src/actions/prune-erased.ts';
import { createErased } from '../../../services/composer/src/store/erased.ts';
import { pruneRecordings } from '../../../services/media-streamer/src/actions/prune-recordings.ts';
import { createRecordings } from '../../../services/media-streamer/src/store/recordings.ts';
import { pruneDeliveries } from '../../../services/notifier/src/actions/prune-deliveries.ts';
import { createDeadDeliveries } from '../../../services/notifier/src/store/dead-deliveries.ts';
import { createDeliveries } from '../../../services/notifier/src/store/deliveries.ts';
import { createErasedBots } from '../../../services/notifier/src/store/erased-bots.ts';
import { createEndpoints } from '../../../services/notifier/src/store/endpoints.ts';
import { createDeliveryQueues } from '../../../services/notifier/src/store/delivery-queues.ts';
import { pruneErasures } from '../../../services/retention/src/actions/prune-erasures.ts';
import { createErasures } from '../../../services/retention/src/store/erasures.ts';
import { pruneBots } from '../../../services/scheduler/src/actions/prune-bots.ts';
import { createBots } from '../../../services/scheduler/src/store/bots.ts';
import { createJoiners } from '../../../services/scheduler/src/store/joiners.ts';
import { pruneVisits } from '../../../services/transcriber/src/actions/prune-visits.ts';
import { createVisits } from '../../../services/transcriber/src/store/visits.ts';

const root = resolve(import.meta.dirname, '../../..');
const start = Date.UTC(2026, 0, 1);

let database: Database;
let clock: FakeClock;

function schemaOf(service: string): void {
  beforeEach(async () => {
    clock = new FakeClock(start);
    database = testDatabase('pruning');
    await migrate(database, join(root, 'services', service, 'src/store/migrations'));
  });
  afterEach(() => database[Symbol.asyncDispose]());
}

const at = (days: number) => new Date(start + days * DAY);
const names = async (table: string, column: string) =>
  (await database.knex(table).orderBy(column)).map((row) => row[column]);

describe('pruneBots', () => {
  schemaOf('scheduler');
  const lives = { tombstoneMs: 400 * DAY, idempotencyKeyMs: 7 * DAY };
  const bot = (columns: object) => ({
    ...{ bot_id: randomUUID(), account_id: 'a', spec: '{}', state: 'done', timeline: '[]' },
    ...{ created_at: at(0), due_at: at(0), detail: '' },
    ...columns,
  });
  const prune = () => pruneBots({ bots: createBots(database), joiners: createJoiners(database), clock }, lives);

  it('deletes tombstones when they are old, and no bot that is not erased', async () => {
    const rows = [
      bot({ detail: 'first', erased_at: at(1) }),
      bot({ detail: 'second', erased_at: at(2) }),
      bot({ detail: 'whole' }),
    ];
    await database.knex('bots').insert(rows);
    await clock.advance(401 * DAY);
    await prune();
    expect(await names('bots', 'detail')).toEqual(['first', 'second', 'whole']);
    await clock.advance(1);
    expect(await prune()).toBe(false);
    expect(await names('bots', 'detail')).toEqual(['second', 'whole']);
    await clock.advance(4000 * DAY);
    await prune();
    expect(await names('bots', 'detail')).toEqual(['whole']);
  });

  it('forgets keys a week after the order', async () => {
    await database
      .knex('bots')
      .insert([bot({ idempotency_key: 'k' }), bot({ idempotency_key: 'l', created_at: at(1) })]);
    await clock.advance(7 * DAY + 1);
    await prune();
    expect(await names('bots', 'idempotency_key')).toEqual(['l', null]);
  });

  it('forgets joiners that were not seen for a day', async () => {
    const joiners = [0, 1].map((day) => ({ joiner_id: `joiner-${day}`, address: 'joiner:1', seen_at: at(day) }));
    await database.knex('joiners').insert(joiners);
    await clock.advance(DAY + 1);
    await prune();
    expect(await names('joiners', 'joiner_id')).toEqual(['joiner-1']);
  });

  it('goes in small steps, each of which reads what it deletes', async () => {
    await database.knex.raw(
      `insert into bots (bot_id, account_id, spec, state, timeline, created_at, due_at, erased_at)
       select gen_random_uuid(), 'a', '{}', 'done', '[]', :at, :at, case when n % 10 = 0 then :at::timestamptz end
       from generate_series(1, 12000) as n`,
      { at: at(0) },
    );
    await clock.advance(401 * DAY);
    expect(await prune()).toBe(true);
    const [first] = await database.knex('bots').count<{ count: number }[]>();
    expect(first?.count).toBe(11_500);
    for (const cost of await queryCosts(database, { table: 'bots', work: prune })) {
      expect(cost.pages, cost.sql).toBeLessThan(20_000);
      expect(cost.read, cost.sql).toBeLessThanOrEqual(2000);
    }
    expect(await prune()).toBe(false);
    const [last] = await database.knex('bots').count<{ count: number }[]>();
    expect(last?.count).toBe(10_800);
  });
});

describe('pruneErasures', () => {
  schemaOf('retention');

  it('forgets what was erased long ago, and nothing that is still to be erased', async () => {
    const row = (attempts: number, doneAt: Date | null) => ({
      ...{ bot_id: randomUUID(), due_at: at(0), next_try_at: at(0), is_settled: true, attempts, done_at: doneAt },
    });
    await database.knex('erasures').insert([row(1, at(0)), row(2, at(10)), row(3, null)]);
    await clock.advance(401 * DAY);
    await pruneErasures(
      { erasures: createErasures(database), clock, isClockRight: async () => true },
      { tombstoneMs: 400 * DAY },
    );
    expect(await names('erasures', 'attempts')).toEqual([2, 3]);
  });
});

describe('pruneErased', () => {
  schemaOf('composer');

  it('forgets what was erased long ago, and no other', async () => {
    const row = (objects: number, erasedAt: Date) => ({ bot_id: randomUUID(), erased_at: erasedAt, objects });
    await database.knex('erased').insert([row(1, at(0)), row(2, at(10))]);
    await clock.advance(401 * DAY);
    await pruneErased({ erased: createErased(database), clock }, { tombstoneMs: 400 * DAY });
    expect(await names('erased', 'objects')).toEqual([2]);
  });
});

describe('pruneRecordings', () => {
  schemaOf('media-streamer');

  it('deletes what is left of erased recordings, and no other', async () => {
    const row = (owner: string, state: string, updatedAt: Date) => ({
      ...{ bot_id: randomUUID(), account_id: '', state, started_at: at(0), epoch: 0, shift_ms: 0, owner },
      ...{ durable_samples: 0, durable_sequence: 0, updated_at: updatedAt, bytes: 0, sha256: '' },
    });
    const rows = [row('old', 'erased', at(0)), row('fresh', 'erased', at(10)), row('kept', 'ready', at(0))];
    await database.knex('recordings').insert(rows);
    await clock.advance(401 * DAY);
    await pruneRecordings({ recordings: createRecordings(database), clock }, { tombstoneMs: 400 * DAY });
    expect(await names('recordings', 'owner')).toEqual(['fresh', 'kept']);
  });
});

describe('pruneVisits', () => {
  schemaOf('transcriber');

  it('forgets settled visits without transcripts, and no other', async () => {
    const row = (recording: string, isSettled: boolean, overAt: Date) => ({
      ...{ bot_id: randomUUID(), over_at: overAt, recording, recorded_at: overAt, is_settled: isSettled },
    });
    const rows = [
      row('old', true, at(0)),
      row('fresh', true, at(10)),
      row('open', false, at(0)),
      row('said', true, at(0)),
    ];
    await database.knex('visits').insert(rows);
    await database.knex('transcripts').insert({
      ...{ transcript_id: randomUUID(), bot_id: rows[3]!.bot_id, account_id: '', engine: '', options_json: '' },
      ...{ state: 'ready', created_at: at(0) },
    });
    await clock.advance(401 * DAY);
    await pruneVisits({ visits: createVisits(database), clock }, { tombstoneMs: 400 * DAY });
    expect(await names('visits', 'recording')).toEqual(['fresh', 'open', 'said']);
  });
});

describe('pruneDeliveries', () => {
  schemaOf('notifier');
  const lives = { deliveryMs: 30 * DAY, deadDeliveryMs: 90 * DAY, endpointMs: 400 * DAY };
  const prune = () =>
    pruneDeliveries(
      {
        ...{
          database,
          clock,
          log: silentLog,
          queues: createDeliveryQueues(database),
          deliveries: createDeliveries(database),
        },
        ...{ deadDeliveries: createDeadDeliveries(database), endpoints: createEndpoints(database) },
        erasedBots: createErasedBots(database),
      },
      lives,
    );

  async function deliver(bot: string, deliveries: { label: string; state: string; settledAt: Date | null }[]) {
    const line = { bot_id: bot, url: 'https://x.example.org/', url_hash: Buffer.alloc(32), host: 'x.example.org' };
    const [{ line_id: lineId }] = await database.knex('lines').insert(line).returning('line_id');
    for (const { label, state, settledAt } of deliveries) {
      const [{ position }] = await database
        .knex('deliveries')
        .insert({
          ...{ message_id: randomUUID(), line_id: lineId, account_id: 'a', bot_id: bot, url: line.url, label, state },
          ...{ body: Buffer.alloc(0), content_type: '', created_at: at(0), settled_at: settledAt },
        })
        .returning('position');
      await database.knex('attempts').insert({
        ...{ position, at: at(0), status: 200, latency_ms: 1, error: '', response_excerpt: label },
      });
    }
  }

  it('deletes accepted deliveries after a month and dead ones after three, with attempts and empty lines', async () => {
    await deliver('gone', [{ label: 'a', state: 'delivered', settledAt: at(0) }]);
    await deliver('stays', [
      { label: 'b', state: 'delivered', settledAt: at(0) },
      { label: 'c', state: 'dead', settledAt: at(0) },
      { label: 'd', state: 'pending', settledAt: null },
    ]);
    await clock.advance(30 * DAY);
    await prune();
    expect(await names('deliveries', 'label')).toEqual(['a', 'b', 'c', 'd']);
    await clock.advance(1);
    expect(await prune()).toBe(false);
    expect(await names('deliveries', 'label')).toEqual(['c', 'd']);
    expect(await names('attempts', 'response_excerpt')).toEqual(['c', 'd']);
    expect(await names('lines', 'bot_id')).toEqual(['stays']);
    await clock.advance(60 * DAY);
    await prune();
    expect(await names('deliveries', 'label')).toEqual(['d']);
  });

  it('keeps a delivery that was put back before its turn', async () => {
    await deliver('one', [{ label: 'a', state: 'dead', settledAt: at(0) }]);
    await clock.advance(91 * DAY);
    const deliveries = createDeliveries(database);
    const [position] = await deliveries.settledBefore(10, { state: 'dead', before: clock.now() });
    await database.knex('deliveries').update({ state: 'pending', settled_at: null });
    await database.transaction((tx) => deliveries.delete(tx, [position!]));
    expect(await names('deliveries', 'label')).toEqual(['a']);
    expect(await names('attempts', 'response_excerpt')).toEqual(['a']);
  });

  it('forgets addresses that are in order, and those in trouble after a year', async () => {
    const row = (url: string, columns: object) => ({ account_id: 'a', url, url_hash: Buffer.from(url), ...columns });
    await database
      .knex('endpoints')
      .insert([
        row('well', {}),
        row('failing', { failing_since: at(0) }),
        row('disabled', { failing_since: at(0), disabled_at: at(5) }),
      ]);
    await prune();
    expect(await names('endpoints', 'url')).toEqual(['disabled', 'failing']);
    await clock.advance(402 * DAY);
    await prune();
    expect(await names('endpoints', 'url')).toEqual(['disabled']);
  });
});
