import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  // One row for each address of an account that ever failed; an address without a row is in order.
  await knex.raw(`
    create table endpoints (
      account_id text not null,
      url text not null,
      -- The first failure since the last success.
      failing_since timestamptz(3),
      last_error text not null default '',
      last_status integer not null default 0,
      disabled_at timestamptz(3),
      disabled_reason text not null default '',
      primary key (account_id, url)
    )`);
  await knex.raw(`
    insert into endpoints (account_id, url, last_error, last_status, disabled_at, disabled_reason)
    select account_id, url, 'status', 410, min(disabled_at), 'gone'
    from lines join deliveries using (line_id, url) where disabled_at is not null group by account_id, url`);
  await knex.raw(`alter table lines drop column disabled_at`);
  await knex.raw(`
    create index deliveries_dead on deliveries (account_id, position) where state = 'dead' and erased_at is null`);

  await knex.raw(`
    alter table secrets
      drop constraint secrets_pkey,
      add column secret_id bigserial primary key,
      add column created_at timestamptz(3) not null default now(),
      -- Null for the newest of an account.
      add column valid_until timestamptz(3)`);
  await knex.raw(`create unique index secrets_newest on secrets (account_id) where valid_until is null`);
  await knex.raw(`create index secrets_by_account on secrets (account_id)`);
}
