import { createIndexConcurrently, dropIndexConcurrently } from '@earshot/db';
import type { Knex } from 'knex';

export const config = { transaction: false };

export async function up(knex: Knex): Promise<void> {
  await createIndexConcurrently(knex, {
    name: 'recordings_unfinished',
    table: 'recordings',
    on: `(updated_at) where state = 'finishing' or (state in ('awaited', 'recording') and ended_at is not null)`,
  });
  await dropIndexConcurrently(knex, 'recordings_open');
}
