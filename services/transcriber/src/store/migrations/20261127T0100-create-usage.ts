import type { Knex } from 'knex';

/** What providers were given: what they send a bill for. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('usage', (table) => {
    table.uuid('usage_id').primary();
    table.uuid('transcript_id').notNullable().index();
    table.uuid('bot_id').notNullable().index();
    table.text('engine').notNullable();
    table.bigInteger('audio_ms').notNullable();
    table.bigInteger('open_ms').notNullable();
  });
}
