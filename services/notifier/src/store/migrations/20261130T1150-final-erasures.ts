import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('erased_bots', (table) => {
    table.boolean('is_final').notNullable().defaultTo(false).comment('nobody says anything of the bot any more');
  });
}
