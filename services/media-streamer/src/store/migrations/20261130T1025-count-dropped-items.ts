import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('recordings', (table) => {
    table.bigInteger('dropped_items').notNullable().defaultTo(0).comment('of the page, which no table takes');
  });
}
