import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('erasures', (table) => {
    table.boolean('is_heard').notNullable().defaultTo(false);
  });
  await knex('erasures').update({ is_heard: knex.ref('is_settled') });
}
