import { createIndexConcurrently } from '@earshot/db';
import type { Knex } from 'knex';

export const config = { transaction: false };

/** Whoever has the id of a transcript from its order asks by it until the words are there. */
export async function up(knex: Knex): Promise<void> {
  await createIndexConcurrently(knex, {
    name: 'bots_of_transcript',
    table: 'bots',
    on: `(transcript_id) where transcript_id is not null`,
  });
}
