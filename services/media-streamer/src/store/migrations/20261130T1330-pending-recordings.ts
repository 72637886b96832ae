import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('recordings', (table) => {
    table
      .timestamp('pending_until', { precision: 3 })
      .comment('until when the joiner of a visit that is over hands in the rest');
  });
}
