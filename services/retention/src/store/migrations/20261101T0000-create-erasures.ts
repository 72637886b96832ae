import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('erasures', (table) => {
    table.uuid('bot_id').primary();
    table.timestamp('due_at', { precision: 3 }).notNullable();
    table.timestamp('next_try_at', { precision: 3 }).notNullable();
    table.boolean('is_settled').notNullable();
    table.timestamp('done_at', { precision: 3 });
    table.integer('deleted_objects').notNullable().defaultTo(0);
    table.integer('attempts').notNullable().defaultTo(0);
  });
  await knex.raw('create index erasures_waiting on erasures (next_try_at) where done_at is null and is_settled');
}
