import type { Knex } from 'knex';

/** Of an erased bot neither addresses nor labels stay. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table erased_bots (
      bot_id text primary key,
      objects integer not null,
      -- When its rows are to be looked at again; null when nothing of the bot is left in them.
      look_at timestamptz(3))`);
  await knex.raw(`create index erased_bots_unclean on erased_bots (look_at) where look_at is not null`);
  await knex.raw(`create index lines_by_address on lines (url_hash)`);
  // Bots that were erased before are cleaned as if they had been erased at this moment.
  await knex.raw(`
    insert into erased_bots (bot_id, objects, look_at)
    select bot_id, count(*) filter (where erased_at is not null), now() from deliveries
    where bot_id in (select bot_id from deliveries where erased_at is not null or erase_requested) group by bot_id`);
  await knex.raw(`update deliveries set erase_requested = true
    where not erase_requested and bot_id in (select bot_id from erased_bots)`);
}
