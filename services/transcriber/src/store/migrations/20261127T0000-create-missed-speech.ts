import type { Knex } from 'knex';

/** Speech that was not made into words while it was said. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('missed_speech', (table) => {
    table.uuid('transcript_id').notNullable();
    table.uuid('bot_id').notNullable().index();
    table.text('track_id').notNullable();
    table.bigInteger('start_ms').notNullable();
    table.bigInteger('end_ms').notNullable();
    table.primary(['transcript_id', 'track_id', 'start_ms']);
  });
}
