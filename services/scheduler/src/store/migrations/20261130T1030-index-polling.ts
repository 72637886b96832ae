import { createIndexConcurrently, dropIndexConcurrently } from '@earshot/db';
import type { Knex } from 'knex';

export const config = { transaction: false };

const attended = `where state in ('joining', 'waiting-room', 'in-meeting', 'recording', 'paused', 'leaving')`;

/** One index for each question that is asked every second: none holds a bot that is over. */
export async function up(knex: Knex): Promise<void> {
  await createIndexConcurrently(knex, { name: 'bots_of_joiner', table: 'bots', on: `(joiner_id) ${attended}` });
  await createIndexConcurrently(knex, { name: 'bots_leased', table: 'bots', on: `(lease_until) ${attended}` });
  const lost = `(joiner_id) where state in ('queued')`;
  await createIndexConcurrently(knex, { name: 'bots_lost', table: 'bots', on: lost });
  // It held every bot that ever had a joiner.
  await dropIndexConcurrently(knex, 'bots_attended');
}
