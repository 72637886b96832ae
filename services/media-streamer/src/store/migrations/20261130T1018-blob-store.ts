import type { Knex } from 'knex';

/** Which blob store this database's recordings lie in: one row, made by the first process that starts with one. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('blob_store', (table) => {
    table.boolean('is_only').primary().defaultTo(true).checkIn(['true']);
    table.text('store_id').notNullable();
    table.timestamp('adopted_at', { precision: 3 }).notNullable();
  });
}
