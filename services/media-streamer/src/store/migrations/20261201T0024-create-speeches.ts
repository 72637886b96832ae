import type { Knex } from 'knex';

/** The last speech of each participant that was published, so that its end is as well, and it is not published again. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('speeches', (table) => {
    table.uuid('bot_id').notNullable();
    table.text('participant_id').notNullable();
    table.text('name').notNullable();
    table.bigInteger('on_ms').notNullable();
    table.bigInteger('off_ms').comment('null while it goes on');
    table.primary(['bot_id', 'participant_id']);
  });
}
