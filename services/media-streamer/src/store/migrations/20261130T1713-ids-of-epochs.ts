import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('recordings', (table) => {
    table
      .text('id_prefix')
      .notNullable()
      .defaultTo('')
      .comment('with which the ids of tracks of this epoch begin; empty in the first');
  });
}
