import type { Knex } from 'knex';

/** Where each joiner is reached from other services. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('joiners', (table) => {
    table.text('joiner_id').primary();
    table.text('address').notNullable().comment('host:port of its JoinerService');
    table.timestamp('seen_at', { precision: 3 }).notNullable().index().comment('Within the hour of its last heartbeat');
  });
}
