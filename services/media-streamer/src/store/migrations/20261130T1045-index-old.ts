import { createIndexConcurrently } from '@earshot/db';
import type { Knex } from 'knex';

export const config = { transaction: false };

export async function up(knex: Knex): Promise<void> {
  await createIndexConcurrently(knex, {
    name: 'recordings_erased',
    table: 'recordings',
    on: `(updated_at) where state = 'erased'`,
  });
}
