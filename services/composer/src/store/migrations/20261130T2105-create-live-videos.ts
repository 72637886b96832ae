import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table live_videos (
      bot_id uuid primary key,
      account_id text not null,
      state text not null,
      -- Which process is at it, until when.
      owner text,
      lease_until timestamptz(3),
      -- Since when it waits for a process that has room for it.
      due_at timestamptz(3) not null,
      started_at timestamptz(3)
    )`);
  await knex.raw(`create index live_videos_open on live_videos (due_at) where state in ('wanted', 'running')`);
}
