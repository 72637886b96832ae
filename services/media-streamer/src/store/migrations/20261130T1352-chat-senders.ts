import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('chat', (table) => {
    table.text('sender_id').notNullable().defaultTo('').comment('as the page knows them; empty where it does not say');
  });
}
