import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  // W3C trace context of what a message tells; null where nobody traces.
  await knex.raw('alter table deliveries add column traceparent text');
}
