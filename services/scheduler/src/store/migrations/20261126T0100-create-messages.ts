import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('messages', (table) => {
    table.bigIncrements('position');
    table.uuid('message_id').notNullable().unique();
    table.uuid('bot_id').notNullable().index();
    table.text('text').notNullable();
  });
}
