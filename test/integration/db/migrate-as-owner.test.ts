import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { migrate, openDatabase } from '@earshot/db';
import { testDatabase, testServers } from '@earshot/harness';

it('migrates as a role that owns the schema and may create none', async () => {
  await using admin = testDatabase('owned');
  const role = `${admin.schema}_owner`;
  // A utility statement takes no bound values.
  await admin.knex.raw(`create role "${role}" login password 'only-for-this-test'`);
  await admin.knex.raw('create schema ?? authorization ??', [admin.schema, role]);
  const { rows } = await admin.knex.raw('select current_database() as name');
  await admin.knex.raw('grant connect on database ?? to ??', [(rows as { name: string }[])[0]!.name, role]);
  const url = new URL(testServers().databaseUrl);
  url.username = role;
  url.password = 'only-for-this-test';
  const folder = await mkdtemp(join(tmpdir(), 'earshot-migrations-'));
  try {
    await using database = openDatabase({ url: url.href, schema: admin.schema, pool: 2 });
    await migrate(database, folder);
    expect(await database.knex('outbox')).toEqual([]);
    await expect(database.knex.raw('create schema ??', [`${admin.schema}_more`])).rejects.toThrow('permission denied');
  } finally {
    await rm(folder, { recursive: true });
    await admin.knex.raw('drop owned by ??', [role]);
    await admin.knex.raw('drop role ??', [role]);
  }
});
