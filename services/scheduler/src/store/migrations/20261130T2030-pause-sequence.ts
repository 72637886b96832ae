import type { Knex } from 'knex';

/** Which report of a pause was applied last: one that is repeated after others is none. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('bots', (table) => {
    table.bigInteger('pause_sequence').notNullable().defaultTo(0);
  });
}
