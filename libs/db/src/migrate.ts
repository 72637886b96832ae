import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import { AppError, isRetryable, SECOND } from '@earshot/kernel';
import type { Database } from './database.ts';
import { translate } from './errors.ts';
import type { Migration } from './migration.ts';
import { sharedMigrations } from './shared-migrations.ts';

/** How often a replica polls whether another has done migrating. */
const ASK_MS = 200;
/** So often a migration that met a lock which others held for too long is tried again before the start fails. */
const TRIES = 60;
/** lock_not_available, deadlock_detected: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const lockedStates = ['55P03', '40P01'];

/**
 * Brings the service's schema up to date. Several replicas may start at once: one migrates, the others wait for a lock that
 * dies with its holder. Waits for a database that is still starting. Takes as long as the tables are large, and holds others
 * up for two seconds at a time at most: a migration that does not get its locks until then is rolled back and tried again.
 */
export async function migrate(database: Database, folder: string): Promise<void> {
  await connected(database);
  const knex = database.connectToMigrate();
  try {
    await lockMigrations(knex, database.schema);
    await ensureSchema(knex, database.schema);
    const config = {
      migrationSource: source(folder),
      schemaName: database.schema,
      disableMigrationsListValidation: true,
    };
    // Knex's own mark stays where a process was killed; the lock above proves that no replica is migrating.
    await knex.migrate.forceFreeMigrationsLock(config);
    // One at a time: each commits together with the note that it was made.
    while (await step(() => knex.migrate.up(config)));
  } catch (error) {
    throw translate(error);
  } finally {
    // The lock goes with its connection.
    await knex.destroy();
  }
}

/** Not by waiting in a statement: what waits has a snapshot, and an index that is made concurrently waits for all of those. */
async function lockMigrations(knex: Knex, schema: string): Promise<void> {
  for (;;) {
    const { rows } = await knex.raw<{ rows: { mine: boolean }[] }>('select pg_try_advisory_lock(hashtext(?)) as mine', [
      `migrate:${schema}`,
    ]);
    if (rows[0]?.mine) return;
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}

/** Makes one migration; answers whether there was one to make. */
async function step(up: () => Promise<[number, string[]]>): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      const [, made] = await up();
      return made.length > 0;
    } catch (error) {
      if (attempt === TRIES || !lockedStates.includes((error as { code?: string }).code ?? '')) throw error;
      await new Promise((resolve) => setTimeout(resolve, SECOND));
    }
  }
}

/** `create schema if not exists` asks for the right to create schemas even where there is nothing to do: owners need it not. */
async function ensureSchema(knex: Knex, schema: string): Promise<void> {
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
      return {
        down: async () => {},
        ...migration,
        async up(query: Knex) {
          // Other statements on a table wait behind one that waits to alter it.
          if (query.isTransaction) await query.raw(`set local lock_timeout = '2s'`);
          await migration.up(query);
        },
      };
    },
  };
}

/** Waits for a server that is still starting. A refusal is thrown at once: waiting changes nothing. */
async function connected({ knex }: Database): Promise<void> {
  const giveUpAt = Date.now() + 30 * SECOND;
  for (;;) {
    try {
      await knex.raw('select 1');
      return;
    } catch (caught) {
      const error = translate(caught);
      if (!(error instanceof AppError)) {
        throw new AppError('failed-precondition', 'the database refuses this service', { cause: caught });
      }
      if (!isRetryable(error.code)) throw error;
      if (Date.now() > giveUpAt) throw new AppError('unavailable', 'the database does not answer', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
