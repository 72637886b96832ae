import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('participants', (table) => {
    table.jsonb('earlier_stays').notNullable().defaultTo('[]').comment('[{joinedMs, leftMs}], without the last stay');
  });
}
