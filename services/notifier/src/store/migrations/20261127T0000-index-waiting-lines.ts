import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  // Claimed queues stay due, and claims would read past all of those that wait for receivers who do not answer.
  await knex.raw(`drop index lines_due`);
  await knex.raw(`
    create index lines_waiting on lines (due_at) include (host) where due_at is not null and claimed_by is null`);
  await knex.raw(`create index lines_claimed on lines (claimed_by) where claimed_by is not null`);
}
