import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('recordings', (table) => {
    table.bigInteger('end_samples').comment('where the timeline ends, stored or not; null while more may come');
    table.text('store_trouble').comment('why audio waited for the store, or is missing');
  });
}
