import type { Knex } from 'knex';

/** What was really received of a meeting's sound, and what is missing in its recording. Null: recorded before it was counted. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('recordings', (table) => {
    table.bigInteger('heard_samples');
    table.bigInteger('missing_samples').notNullable().defaultTo(0);
  });
  await knex.schema.alterTable('tracks', (table) => {
    table.bigInteger('heard_samples');
  });
}
