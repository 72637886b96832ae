import type { Knex } from 'knex';

/** When recordings were paused, as their batches told it. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('pauses', (table) => {
    table.uuid('bot_id').notNullable();
    table.bigInteger('from_ms').notNullable();
    table.bigInteger('to_ms').notNullable();
    table.primary(['bot_id', 'from_ms']);
  });
}
