import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('told_erasures', (table) => {
    table.comment('bots whose last callback is stored with the notifier: retention is to be told so');
    table.uuid('bot_id').primary();
  });
}
