import type { Knex } from 'knex';

/** Keys of speech providers that were handed in with one bot, and go with it. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('bot_keys', (table) => {
    table.text('bot_id').notNullable();
    table.text('provider').notNullable();
    table.text('account_id').notNullable();
    table.binary('sealed').notNullable();
    table.timestamp('created_at', { precision: 3 }).notNullable();
    table.boolean('is_ordered').notNullable().defaultTo(false).comment('something was heard of the bot');
    table.primary(['bot_id', 'provider']);
  });
  await knex.raw('create index bot_keys_unordered on bot_keys (created_at) where not is_ordered');
}
