import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('debug_artifacts', (table) => {
    table.uuid('bot_id').notNullable();
    table.integer('attempt').notNullable();
    table.text('kind').notNullable();
    table.timestamp('taken_at', { precision: 3 }).notNullable();
    table.text('reason').notNullable();
    table.bigInteger('bytes').notNullable();
    table.primary(['bot_id', 'attempt', 'kind']);
  });
}
