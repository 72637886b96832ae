import { createIndexConcurrently } from '@earshot/db';
import type { Knex } from 'knex';

export const config = { transaction: false };

export async function up(knex: Knex): Promise<void> {
  await createIndexConcurrently(knex, {
    name: 'bots_erased',
    table: 'bots',
    on: `(erased_at) where erased_at is not null`,
  });
  await createIndexConcurrently(knex, {
    name: 'bots_keyed',
    table: 'bots',
    on: `(created_at) where idempotency_key is not null`,
  });
}
