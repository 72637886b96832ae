import { createIndexConcurrently } from '@earshot/db';
import type { Knex } from 'knex';

export const config = { transaction: false };

export async function up(knex: Knex): Promise<void> {
  await createIndexConcurrently(knex, {
    name: 'erasures_done',
    table: 'erasures',
    on: `(done_at) where done_at is not null`,
  });
}
