import { expect, it } from 'vitest';
import { openDatabase } from '@earshot/db';
import { eventually, testDatabase } from '@earshot/harness';

it('says that the database is away wherever a statement meets it', async () => {
  await using database = testDatabase('loss');
  const { knex } = database;
  // As a query, in a transaction, as plain text: each runs until its connection is ended from outside.
  const asked = [
    knex.select(knex.raw('pg_sleep(60)')).then(() => {}),
    database.transaction((tx) => tx.raw('select pg_sleep(60)')),
    knex.transaction((tx) => tx.raw('select pg_sleep(60)')),
    knex.raw('select pg_sleep(60)').then(() => {}),
  ];
  const outcomes = Promise.allSettled(asked);
  let ended = 0;
  const end = async () => {
    const { rows } = await knex.raw(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = ? and query ilike '%pg_sleep(60)%'
       and pid <> pg_backend_pid()`,
      [database.schema],
    );
    return (ended += rows.length) === asked.length;
  };
  await eventually(end, { signal: AbortSignal.timeout(10_000) });
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
  }
});

it('says so where nobody listens', async () => {
  await using database = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/nothing', schema: 'x' });
  await expect(database.knex('bots').first()).rejects.toMatchObject({ code: 'unavailable' });
  await expect(database.knex.transaction(() => Promise.resolve())).rejects.toMatchObject({ code: 'unavailable' });
});
