import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('erasures', (table) => {
    table.timestamp('lease_until', { precision: 3 }).comment('until when somebody is at it');
    table
      .timestamp('close_at', { precision: 3 })
      .comment('when what was kept for the last callback goes; null when it is gone');
  });
  await knex.raw('create index erasures_closing on erasures (close_at) where close_at is not null');
  await knex.raw('create index erasures_unsettled on erasures (next_try_at) where done_at is null and not is_settled');
  // The stream keeps facts for 14 days.
  await knex.raw(`
    update erasures set close_at = greatest(now(), done_at + interval '3 days') where done_at > now() - interval '15 days'`);
}
