import type { Migration } from './migration.ts';

/** Tables that every service has for publishing and consuming; migrations of the service's own create the rest. */
export const sharedMigrations: Readonly<Record<string, Migration>> = {
  '00000000T0000-shared': {
    async up(knex) {
      await knex.schema.createTable('outbox', (table) => {
        table
          .bigIncrements('position')
          .comment('order of commit within one bot: the bot row is locked while it is taken');
        table.uuid('id').notNullable().unique();
        table.text('subject').notNullable();
        table.binary('payload').notNullable();
      });
      await knex.schema.createTable('inbox', (table) => {
        table.text('consumer').primary();
        table.text('stream').notNullable();
        table.bigInteger('sequence').notNullable();
      });
    },
  },
  '20261130T1015-set-aside-facts': {
    async up(knex) {
      await knex.raw(`
        create table set_aside_facts (
          -- Order of setting aside, which is the order of the facts of each bot.
          position bigserial primary key,
          -- Whose position in the stream moved past it; 'outbox' for what could not be published.
          consumer text not null,
          -- Its place in the stream of facts; in the outbox for what could not be published.
          stream text not null,
          sequence bigint not null,
          id text not null,
          subject text not null,
          bot_id text not null,
          payload bytea not null,
          -- Code and text of the last failure, or behind which other fact of its bot it waits.
          reason text not null,
          tries integer not null,
          failed_at timestamptz(3) not null,
          -- Null: waits for an earlier one of its bot, or for an operator.
          next_try_at timestamptz(3),
          unique (consumer, id)
        )`);
      await knex.raw(`create index set_aside_facts_of_bot on set_aside_facts (consumer, bot_id, position)`);
      await knex.raw(`
        create index set_aside_facts_due on set_aside_facts (consumer, next_try_at) where next_try_at is not null`);
    },
  },
  '20261130T1016-traces-of-facts': {
    async up(knex) {
      // W3C trace context of the fact's publisher; null where nobody traces.
      await knex.raw('alter table outbox add column traceparent text');
      await knex.raw('alter table set_aside_facts add column traceparent text');
    },
  },
};
