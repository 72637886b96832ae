import type { Knex } from 'knex';

/** An account's bots that wait are counted when it orders one more. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index bots_waiting on bots (account_id) where state in ('scheduled', 'queued')`);
}
