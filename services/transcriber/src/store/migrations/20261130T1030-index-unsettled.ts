import { createIndexConcurrently, dropIndexConcurrently } from '@earshot/db';
import type { Knex } from 'knex';

export const config = { transaction: false };

export async function up(knex: Knex): Promise<void> {
  await createIndexConcurrently(knex, {
    name: 'visits_to_settle',
    table: 'visits',
    on: `(recorded_at) where not is_settled and over_at is not null and recording is not null`,
  });
  await dropIndexConcurrently(knex, 'visits_unsettled');
}
