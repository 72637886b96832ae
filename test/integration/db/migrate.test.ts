import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, openDatabase, type Database } from '@earshot/db';
import { testDatabase, testServers } from '@earshot/harness';

let database: Database;
let folder: string;

beforeEach(async () => {
  database = testDatabase('migrate');
  folder = await mkdtemp(join(tmpdir(), 'earshot-migrations-'));
});
afterEach(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const library = resolve(import.meta.dirname, '../../../libs/db/src/create-index.ts');
const indexes = `import { createIndexConcurrently } from '${library}';
  export const config = { transaction: false };
  export const up = (knex) => createIndexConcurrently(knex, { name: 't_even', table: 't', on: '(n) where n % 2 = 0' });`;

/** Large enough that an index of it is made beside those who write. */
const large = `export const up = (knex) => knex.raw(
  "create table t as select n, repeat(md5(n::text), 8) as filler from generate_series(1, 40000) as n");`;

function add(name: string, source: string): Promise<void> {
  return writeFile(join(folder, `20260101T0${name}.ts`), source);
}

async function isValid(index: string): Promise<boolean | undefined> {
  const { rows } = await database.knex.raw(
    `select indisvalid from pg_index where indexrelid = to_regclass(quote_ident(?))`,
    [index],
  );
  return rows[0]?.indisvalid;
}

describe('migrate', () => {
  it('gives a migration as much time as it takes, and waits behind others for two seconds at a time', async () => {
    await add(
      '000-x',
      `export async function up(knex) {
        const { rows } = await knex.raw("select current_setting('statement_timeout') as statement, current_setting('idle_in_transaction_session_timeout') as idle, current_setting('lock_timeout') as lock");
        await knex.schema.createTable('x', (t) => t.jsonb('limits'));
        await knex('x').insert({ limits: JSON.stringify(rows[0]) });
      }`,
    );
    await migrate(database, folder);
    expect(await database.knex('x')).toEqual([{ limits: { statement: '0', idle: '0', lock: '2s' } }]);
    const { rows } = await database.knex.raw(`select current_setting('statement_timeout') as own`);
    expect(rows).toEqual([{ own: '15s' }]);
  });

  it('makes indexes of large tables outside a transaction, and once', async () => {
    await add('000-t', large);
    await add('100-index', indexes);
    await migrate(database, folder);
    await migrate(database, folder);
    expect(await isValid('t_even')).toBe(true);
  });

  it('makes an index anew that a killed try has left invalid', async () => {
    await add('000-t', large);
    await migrate(database, folder);
    // What a concurrent try that cannot succeed leaves is what a killed one leaves.
    await database.knex.raw('insert into t values (2)');
    await expect(database.knex.raw('create unique index concurrently t_even on t (n)')).rejects.toThrow('t_even');
    expect(await isValid('t_even')).toBe(false);
    await add('100-index', indexes);
    await migrate(database, folder);
    expect(await isValid('t_even')).toBe(true);
  });

  it('goes on where a process was killed in the middle', async () => {
    await add('000-t', `export const up = (knex) => knex.raw('create table t as select 1 as n');`);
    await migrate(database, folder);
    await database.knex('knex_migrations_lock').update({ is_locked: 1 });
    await add('100-u', `export const up = (knex) => knex.raw('create table u as select 2 as n');`);
    await migrate(database, folder);
    expect(await database.knex('u')).toEqual([{ n: 2 }]);
  });

  it('lets replicas start at once when indexes are made concurrently', async () => {
    await add('000-t', large);
    await add('100-index', indexes);
    await Promise.all([migrate(database, folder), migrate(database, folder), migrate(database, folder)]);
    expect(await isValid('t_even')).toBe(true);
  });

  it('tries again when others held its table for too long', async () => {
    await add('000-t', `export const up = (knex) => knex.raw('create table t as select 1 as n');`);
    await migrate(database, folder);
    await add('100-alter', `export const up = (knex) => knex.raw('alter table t add column more int');`);
    const release = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const holding = database.transaction(async (tx) => {
      await tx.raw('select * from t');
      held.resolve();
      await release.promise;
    });
    await held.promise;
    const migrating = migrate(database, folder);
    // Longer than a migration waits for its lock.
    const { rows } = await database.knex.raw('select pg_sleep(3)').then(() => database.knex.raw('select n from t'));
    expect(rows).toEqual([{ n: 1 }]);
    release.resolve();
    await Promise.all([holding, migrating]);
    expect(await database.knex('t')).toEqual([{ n: 1, more: null }]);
  });

  it('ends at once where the server refuses', async () => {
    const url = new URL(testServers().databaseUrl);
    url.pathname = '/not_there';
    await using wrong = openDatabase({ url: url.href, schema: 'x' });
    await expect(migrate(wrong, folder)).rejects.toMatchObject({ code: 'failed-precondition' });
  });
});
