import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { migrate, openDatabase, type Database } from '@earshot/db';
import { testDatabase, testServers } from '@earshot/harness';
import { silentLog } from '@earshot/kernel';
import { freePorts, startStack } from '@earshot/stack';

const root = resolve(import.meta.dirname, '../../..');
/** The last release's schema ends before this. */
const SINCE = '20261130';
/** Transcripts had no `transcript_id` in their utterances: what it takes to give them one grows with the table. */
const SEVERAL_TRANSCRIPTS = '20261124';
const UTTERANCES = 300_000;
/** Of each transcript, in one insert: it must not last longer than a statement may. */
const STEP = 50;

const folders = {
  gateway: 'gateway/src/store/migrations',
  scheduler: 'services/scheduler/src/store/migrations',
  media: 'services/media-streamer/src/store/migrations',
  transcriber: 'services/transcriber/src/store/migrations',
  retention: 'services/retention/src/store/migrations',
  notifier: 'services/notifier/src/store/migrations',
} as const;

/** Positions in the stream of facts, signs of life, the installation's own API key, and texts by which a wrong sealing key is found out. */
const madeAtStart = ['inbox', 'api_keys', 'provider_keys', 'secrets', 'instances'];

/** Makes a schema as it was before a date. */
async function migrateUntil(database: Database, { folder, until }: { folder: string; until: string }): Promise<void> {
  const old = await mkdtemp(join(tmpdir(), 'earshot-migrations-'));
  try {
    for (const name of await readdir(join(root, folder))) {
      if (name < until) await cp(join(root, folder, name), join(old, name));
    }
    await migrate(database, old);
  } finally {
    await rm(old, { recursive: true });
  }
}

/** How many rows each table has, and the sum of what is in those columns. */
async function contentOf({ knex, schema }: Database, columns: ReadonlyMap<string, string>) {
  const content: Record<string, unknown> = {};
  for (const [table, list] of columns) {
    const { rows } = await knex.raw(
      `select count(*), sum(hashtextextended(row(${list})::text, 0)::numeric) as sum from ??`,
      [`${schema}.${table}`],
    );
    content[table] = rows[0];
  }
  return content;
}

async function columnsOf({ knex, schema }: Database): Promise<ReadonlyMap<string, string>> {
  const { rows } = await knex.raw(
    `select table_name, string_agg(quote_ident(column_name), ', ' order by ordinal_position) as columns
     from information_schema.columns where table_schema = ? and table_name not like 'knex%' group by 1`,
    [schema],
  );
  return new Map((rows as { table_name: string; columns: string }[]).map((row) => [row.table_name, row.columns]));
}

const fills: Readonly<Record<keyof typeof folders, readonly string[]>> = {
  gateway: [`insert into api_keys (key_sha256, account_id, created_at) select md5(n::text), 'a', now() from n`],
  scheduler: [
    `insert into bots (bot_id, account_id, spec, state, created_at, due_at, ended_at, timeline, epoch, joiner_id, lease_until)
     select gen_random_uuid(), 'account-' || n % 10, '{"requestJson": "{}"}', 'done', now(), now(), now(), '[]', 1,
       'joiner-' || n % 3, now() from n`,
  ],
  media: [
    `insert into recordings (bot_id, account_id, state, started_at, epoch, shift_ms, owner, durable_samples,
       durable_sequence, ended_at, updated_at, bytes, sha256)
     select gen_random_uuid(), 'a', 'ready', now(), 1, 0, '', n, n, now(), now(), n, '' from n`,
  ],
  transcriber: [
    `insert into visits (bot_id, over_at, recording, recorded_at, is_settled)
     select gen_random_uuid(), now(), 'ready', now(), true from n`,
  ],
  retention: [
    `insert into erasures (bot_id, due_at, next_try_at, is_settled, is_heard)
     select gen_random_uuid(), now() + interval '1 year', now() + interval '1 year', true, true from n`,
  ],
  notifier: [
    `insert into lines (bot_id, url, host) select 'bot-' || n, 'https://x.example.org/' || n, 'x.example.org' from n`,
    `insert into deliveries (message_id, line_id, account_id, bot_id, url, body, content_type, label, state, created_at,
       settled_at)
     select 'm' || line_id, line_id, 'a', bot_id, url, 'body', '', '', case when line_id % 9 = 0 then 'dead' else 'delivered' end,
       now(), now() from lines`,
    `insert into attempts (position, at, status, latency_ms, error, response_excerpt)
     select position, now(), 200, 1, '', '' from deliveries`,
  ],
};

it('keeps everything when filled tables of the last release are upgraded, and its services start', async () => {
  await using parts = new AsyncDisposableStack();
  const admin = parts.use(testDatabase('upgrade'));
  // A database of its own: services know their schemas by name.
  const name = `upgrade_${randomUUID().slice(0, 8)}`;
  await admin.knex.raw('create database ??', [name]);
  parts.defer(() => admin.knex.raw('drop database ?? with (force)', [name]).then(() => {}));
  const { databaseUrl } = testServers();
  const url = Object.assign(new URL(databaseUrl), { pathname: `/${name}` }).href;
  const before: Record<string, Awaited<ReturnType<typeof contentOf>>> = {};
  const known: Record<string, ReadonlyMap<string, string>> = {};
  for (const [schema, folder] of Object.entries(folders)) {
    await using database = openDatabase({ url, schema, pool: 2 });
    await migrateUntil(database, { folder, until: SINCE });
    for (const fill of fills[schema as keyof typeof folders]) {
      await database.knex.raw(`with n as (select generate_series(1, 5000) as n) ${fill}`);
    }
    known[schema] = await columnsOf(database);
    before[schema] = await contentOf(database, known[schema]);
  }

  const dataDir = await mkdtemp(join(tmpdir(), 'earshot-upgrade-'));
  parts.defer(() => rm(dataDir, { recursive: true }));
  // The recordings lie somewhere, else the media-streamer would ask for the right folder.
  const audio = join(dataDir, 'blobs/bots', randomUUID(), 'audio');
  await mkdir(audio, { recursive: true });
  await writeFile(join(audio, 'mixed.wav'), '');
  const only = ['scheduler', 'media-streamer', 'transcriber', 'retention', 'notifier', 'gateway'] as const;
  const settings = { ...process.env };
  // With a broker of its own: facts of other tests would be taken for this installation's.
  parts.use(
    await startStack({
      root,
      dataDir,
      ports: await freePorts(),
      databaseUrl: url,
      settings,
      only,
      log: silentLog,
    }),
  );

  for (const schema of Object.keys(folders)) {
    await using database = openDatabase({ url, schema, pool: 2 });
    const after = await contentOf(database, known[schema]!);
    for (const content of [before[schema]!, after]) for (const table of madeAtStart) delete content[table];
    expect(after, schema).toEqual(before[schema]);
  }
}, 180_000);

it('upgrades a transcript table that takes longer than a statement may', async () => {
  await using database = testDatabase('upgrade');
  const folder = folders.transcriber;
  await migrateUntil(database, { folder, until: SEVERAL_TRANSCRIPTS });
  await database.knex.raw(`insert into transcripts (transcript_id, bot_id, account_id, engine, options_json, state)
    select gen_random_uuid(), gen_random_uuid(), '', '', '', 'ready' from generate_series(1, 300)`);
  for (let from = 1; from <= UTTERANCES / 300; from += STEP) {
    await database.knex.raw(
      `insert into utterances (utterance_id, bot_id, track_id, number, text, start_ms, end_ms, words)
       select gen_random_uuid(), bot_id, 't', n, 'text', n, n, '[]' from transcripts,
         generate_series(:from::int, :to::int) as n`,
      { from, to: from + STEP - 1 },
    );
  }
  // What a service's own statements may take, made so little that the upgrade has no chance in it.
  await database.knex.raw(
    `alter role current_user in database ${await nameOf(database)} set statement_timeout = '100ms'`,
  );
  try {
    await migrate(database, join(root, folder));
  } finally {
    await database.knex.raw(`alter role current_user in database ${await nameOf(database)} reset statement_timeout`);
  }
  const { rows } = await database.knex.raw(
    `select count(*), count(distinct transcript_id) as transcripts from utterances join transcripts using (transcript_id, bot_id)`,
  );
  expect(rows).toEqual([{ count: UTTERANCES, transcripts: 300 }]);
}, 180_000);

async function nameOf({ knex }: Database): Promise<string> {
  const { rows } = await knex.raw('select quote_ident(current_database()) as name');
  return (rows as { name: string }[])[0]!.name;
}
