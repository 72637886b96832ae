import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import { AppError, SECOND } from '@earshot/kernel';
import type { Database } from './database.ts';
import { sharedMigrations } from './shared-migrations.ts';

export interface Migration {
  up(knex: Knex): Promise<void>;
  down?(knex: Knex): Promise<void>;
}

/**
 * Brings the service's schema up to date. Several replicas may start at once: one migrates, the others wait on a lock
 * that dies with its holder. Waits for a database that is still starting.
 */
export async function migrate(database: Database, folder: string): Promise<void> {
  await connected(database);
  const { knex, schema } = database;
  const lock = await knex.client.acquireConnection();
  try {
    await lock.query('select pg_advisory_lock(hashtext($1))', [`migrate:${schema}`]);
    await ensureSchema(database);
    await knex.migrate.latest({
      migrationSource: source(folder),
      schemaName: schema,
      disableMigrationsListValidation: true,
    });
  } finally {
    await lock.query('select pg_advisory_unlock(hashtext($1))', [`migrate:${schema}`]).catch(() => {});
    await knex.client.releaseConnection(lock);
  }
}

/** `create schema if not exists` asks for the right to create schemas even where there is nothing to do: owners need it not. */
async function ensureSchema({ knex, schema }: Database): Promise<void> {
  const { rows } = await knex.raw<{ rows: unknown[] }>('select 1 from pg_namespace where nspname = ?', [schema]);
  if (rows.length === 0) await knex.raw('create schema if not exists ??', [schema]);
}

function source(folder: string): Knex.MigrationSource<string> {
  return {
    async getMigrations() {
      const own = readdirSync(folder)
        .filter((file) => file.endsWith('.ts'))
        .sort();
      return [...Object.keys(sharedMigrations), ...own];
    },
    getMigrationName: (name) => name,
    async getMigration(name) {
      const migration = sharedMigrations[name] ?? ((await import(pathToFileURL(join(folder, name)).href)) as Migration);
      return { up: migration.up, down: migration.down ?? (async () => {}) };
    },
  };
}

async function connected({ knex }: Database): Promise<void> {
  const giveUpAt = Date.now() + 30 * SECOND;
  for (;;) {
    try {
      await knex.raw('select 1');
      return;
    } catch (error) {
      if (Date.now() > giveUpAt) throw new AppError('unavailable', 'the database does not answer', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
