import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('bots', (table) => {
    table.text('traceparent').comment('W3C trace context of the request that ordered the bot');
  });
}
