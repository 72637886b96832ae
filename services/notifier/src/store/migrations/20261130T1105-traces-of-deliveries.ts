import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  // W3C trace context of a message's cause; null where nobody traces.
  await knex.raw('alter table deliveries add column traceparent text');
}
