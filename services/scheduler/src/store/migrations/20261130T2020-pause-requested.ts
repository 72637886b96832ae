import type { Knex } from 'knex';

/** Whether the recording is to be paused. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('bots', (table) => {
    table.boolean('pause_requested').notNullable().defaultTo(false);
  });
}
