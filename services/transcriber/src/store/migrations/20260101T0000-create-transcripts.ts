import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('transcripts', (table) => {
    table.uuid('transcript_id').primary();
    table.uuid('bot_id').notNullable().unique();
    table.text('account_id').notNullable();
    table.text('engine').notNullable();
    table.text('options_json').notNullable();
    table.text('state').notNullable();
    table.text('failure').notNullable().defaultTo('');
    table.text('raw_json').notNullable().defaultTo('');
    table.timestamp('started_at', { precision: 3 });
    table.uuid('stream_id').comment('the stream that may write; one that was replaced may not');
    table.boolean('is_stream_open').notNullable().defaultTo(false);
    table.timestamp('due_at', { precision: 3 });
    table.timestamp('lease_until', { precision: 3 });
    table.integer('attempts').notNullable().defaultTo(0);
  });
  await knex.raw(`create index transcripts_due on transcripts (due_at) where state = 'processing'`);
  await knex.schema.createTable('utterances', (table) => {
    table.uuid('utterance_id').primary();
    table.uuid('bot_id').notNullable();
    table.text('track_id').notNullable();
    table.integer('number').notNullable();
    table.text('label').notNullable().defaultTo('');
    table.text('text').notNullable();
    table.bigInteger('start_ms').notNullable();
    table.bigInteger('end_ms').notNullable();
    table.jsonb('words').notNullable();
    table.index(['bot_id', 'start_ms']);
  });
  await knex.schema.createTable('speakers', (table) => {
    table.uuid('bot_id').notNullable();
    table.text('track_id').notNullable();
    table.text('participant_id').notNullable();
    table.text('name').notNullable();
    table.primary(['bot_id', 'track_id']);
  });
  await knex.schema.createTable('positions', (table) => {
    table.uuid('bot_id').notNullable();
    table.text('track_id').notNullable();
    table.bigInteger('committed_ms').notNullable();
    table.integer('utterances').notNullable().comment('how many the track has: the number of the next');
    table.primary(['bot_id', 'track_id']);
  });
  await knex.schema.createTable('visits', (table) => {
    table.uuid('bot_id').primary();
    table.timestamp('over_at', { precision: 3 });
    table.text('recording');
    table.timestamp('recorded_at', { precision: 3 });
    table.boolean('is_settled').notNullable().defaultTo(false).comment('what became of its transcript has been said');
  });
  await knex.raw(`create index visits_unsettled on visits (bot_id) where not is_settled`);
}
