import type { Knex } from 'knex';

/** Keys of speech providers that accounts bring along. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('provider_keys', (table) => {
    table.text('account_id').notNullable().comment('empty: a text by which a wrong sealing key is found out at start');
    table.text('provider').notNullable();
    table.binary('sealed').notNullable();
    table.text('last_four').notNullable();
    table.timestamp('created_at', { precision: 3 }).notNullable();
    table.primary(['account_id', 'provider']);
  });
}
