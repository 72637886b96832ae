import type { Knex } from 'knex';

/** Who had the page's mark of speaking, from when to when. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('speaking', (table) => {
    table.uuid('bot_id').notNullable();
    table.text('participant_id').notNullable();
    table.bigInteger('from_ms').notNullable();
    table.bigInteger('to_ms').notNullable();
    table.primary(['bot_id', 'participant_id', 'from_ms']);
  });
}
