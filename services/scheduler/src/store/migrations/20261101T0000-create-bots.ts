import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('bots', (table) => {
    table.uuid('bot_id').primary();
    table.text('account_id').notNullable();
    table.text('idempotency_key');
    table.uuid('transcript_id');
    table.jsonb('spec').notNullable();
    table.text('state').notNullable();
    table.text('end_reason');
    table.text('detail').notNullable().defaultTo('');
    table.boolean('stop_requested').notNullable().defaultTo(false);
    table.timestamp('created_at', { precision: 3 }).notNullable();
    table.timestamp('due_at', { precision: 3 }).notNullable();
    table.timestamp('entered_at', { precision: 3 });
    table.timestamp('ended_at', { precision: 3 });
    table.timestamp('erased_at', { precision: 3 });
    table.jsonb('timeline').notNullable();
    table.bigInteger('epoch').notNullable().defaultTo(0);
    table.text('joiner_id');
    table.timestamp('lease_until', { precision: 3 });
    table.unique(['account_id', 'idempotency_key']);
    table.index(['account_id', 'created_at', 'bot_id']);
  });
  await knex.raw(`create index bots_claimable on bots (due_at) where state in ('scheduled', 'queued')`);
  await knex.raw(`create index bots_attended on bots (joiner_id) where joiner_id is not null`);
}
