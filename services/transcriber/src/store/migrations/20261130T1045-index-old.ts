import { createIndexConcurrently } from '@earshot/db';
import type { Knex } from 'knex';

export const config = { transaction: false };

export async function up(knex: Knex): Promise<void> {
  await createIndexConcurrently(knex, { name: 'visits_settled', table: 'visits', on: `(over_at) where is_settled` });
}
