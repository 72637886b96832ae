import { randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '@earshot/db';

/** The servers that integration tests run against; test/integration/global-setup.ts starts them. */
export function testServers(): { databaseUrl: string; natsUrl: string } {
  const { DATABASE_URL: databaseUrl, NATS_URL: natsUrl } = process.env;
  if (!databaseUrl || !natsUrl) throw new Error('DATABASE_URL and NATS_URL are not set: run through vitest');
  return { databaseUrl, natsUrl };
}

/** A schema of the test's own, dropped with the fixture: by a connection of its own, since a test may end those that it has. */
export function testDatabase(name: string): Database {
  const { databaseUrl: url } = testServers();
  const schema = `${name}_${randomUUID().slice(0, 8)}`;
  const database = openDatabase({ url, schema, pool: 6 });
  return {
    ...database,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await using fresh = openDatabase({ url, schema, pool: 1 });
      await fresh.knex.raw('drop schema if exists ?? cascade', [schema]);
    },
  };
}
