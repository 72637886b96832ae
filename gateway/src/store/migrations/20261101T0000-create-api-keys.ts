import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('api_keys', (table) => {
    table.text('key_sha256').primary();
    table.text('account_id').notNullable();
    table.text('callback_version');
    table.timestamp('created_at', { precision: 3 }).notNullable();
    table.timestamp('revoked_at', { precision: 3 });
  });
}
