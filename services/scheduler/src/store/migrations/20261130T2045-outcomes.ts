import type { Knex } from 'knex';

/** What is settled of a visit that is over, while something else of it is waited for. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('bots', (table) => {
    table.jsonb('outcomes').notNullable().defaultTo('{}');
  });
}
