import { createIndexConcurrently } from '@earshot/db';
import type { Knex } from 'knex';

export const config = { transaction: false };

export async function up(knex: Knex): Promise<void> {
  await createIndexConcurrently(knex, {
    name: 'deliveries_delivered',
    table: 'deliveries',
    on: `(settled_at) where state = 'delivered'`,
  });
  await createIndexConcurrently(knex, {
    name: 'deliveries_given_up',
    table: 'deliveries',
    on: `(settled_at) where state = 'dead'`,
  });
  await createIndexConcurrently(knex, { name: 'deliveries_of_line', table: 'deliveries', on: `(line_id)` });
  await createIndexConcurrently(knex, {
    name: 'endpoints_by_age',
    table: 'endpoints',
    on: `(coalesce(disabled_at, failing_since, '-infinity'))`,
  });
}
