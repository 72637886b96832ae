import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table lines (
      line_id bigserial primary key,
      bot_id text not null,
      url text not null,
      host text not null,
      -- When the head is due; null when nothing is pending.
      due_at timestamptz(3),
      -- The instance that works on the line; void as soon as the instance is.
      claimed_by uuid,
      disabled_at timestamptz(3),
      unique (bot_id, url)
    )`);
  await knex.raw(`create index lines_due on lines (due_at) include (host) where due_at is not null`);
  await knex.raw(`
    create table deliveries (
      position bigserial primary key,
      message_id text not null unique,
      line_id bigint not null references lines,
      account_id text not null,
      bot_id text not null,
      url text not null,
      body bytea not null,
      content_type text not null,
      label text not null,
      state text not null,
      tries integer not null default 0,
      created_at timestamptz(3) not null,
      next_attempt_at timestamptz(3),
      settled_at timestamptz(3),
      -- The body goes as soon as it has been delivered or given up.
      erase_requested boolean not null default false,
      erased_at timestamptz(3)
    )`);
  await knex.raw(`create index deliveries_pending on deliveries (line_id, position) where state = 'pending'`);
  await knex.raw(`create index deliveries_by_bot on deliveries (bot_id, position)`);
  await knex.raw(`
    create table attempts (
      attempt_id bigserial primary key,
      position bigint not null references deliveries,
      at timestamptz(3) not null,
      status integer not null,
      latency_ms integer not null,
      error text not null,
      response_excerpt text not null
    )`);
  await knex.raw(`create index attempts_of_delivery on attempts (position, attempt_id)`);
  await knex.raw(`create table instances (instance_id uuid primary key, alive_until timestamptz(3) not null)`);
  await knex.raw(`create table secrets (account_id text primary key, sealed bytea not null)`);
}
