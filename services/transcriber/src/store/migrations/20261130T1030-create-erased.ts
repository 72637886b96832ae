import type { Knex } from 'knex';

/** How many transcripts of a bot were erased, over all tries. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('erased', (table) => {
    table.uuid('bot_id').primary();
    table.integer('objects').notNullable();
  });
}
