import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table compositions (
      bot_id uuid not null,
      kind text not null,
      -- Of a video; empty for what has none.
      layout text not null,
      account_id text not null,
      ordered boolean not null,
      state text not null,
      progress real not null default 0,
      attempts integer not null default 0,
      detail text not null default '',
      -- Which process is at it, until when.
      owner text,
      lease_until timestamptz(3),
      due_at timestamptz(3) not null,
      created_at timestamptz(3) not null,
      finished_at timestamptz(3),
      artifact_id text not null default '',
      primary key (bot_id, kind, layout)
    )`);
  await knex.raw(`create index compositions_due on compositions (due_at) where state in ('queued', 'running')`);
  await knex.raw(`create index compositions_waiting on compositions (account_id) where state = 'queued'`);
  await knex.raw(`
    create table erased (
      bot_id uuid primary key,
      erased_at timestamptz(3) not null,
      objects integer not null default 0
    )`);
  await knex.raw('create index erased_old on erased (erased_at)');
}
