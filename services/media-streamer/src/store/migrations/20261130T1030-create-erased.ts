import type { Knex } from 'knex';

/** How many objects of a bot there were to erase, over all tries. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('erased', (table) => {
    table.uuid('bot_id').primary();
    table.integer('objects').notNullable();
    table
      .boolean('is_over')
      .notNullable()
      .comment('all of them are gone; what is found from here on is counted as well');
  });
}
