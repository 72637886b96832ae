import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('bots', (table) => {
    table.text('recording_permission').comment('what the host answered last: allowed or denied');
  });
}
