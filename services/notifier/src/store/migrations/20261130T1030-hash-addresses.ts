import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  // An index row holds no more than 2.7 kB, and an address may be longer: its hash distinguishes it.
  for (const table of ['lines', 'endpoints']) {
    await knex.raw(`alter table ${table} add column url_hash bytea`);
    await knex.raw(`update ${table} set url_hash = sha256(convert_to(url, 'UTF8'))`);
    await knex.raw(`alter table ${table} alter column url_hash set not null`);
  }
  await knex.raw(`alter table lines drop constraint lines_bot_id_url_key`);
  await knex.raw(`alter table lines add unique (bot_id, url_hash)`);
  await knex.raw(`alter table endpoints drop constraint endpoints_pkey`);
  await knex.raw(`alter table endpoints add primary key (account_id, url_hash)`);
}
