import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('recordings', (table) => {
    table.uuid('bot_id').primary();
    table.text('account_id').notNullable();
    table.text('state').notNullable();
    table.timestamp('started_at', { precision: 3 }).notNullable();
    table.bigInteger('epoch').notNullable();
    table.bigInteger('shift_ms').notNullable();
    table.text('owner').notNullable();
    table.bigInteger('durable_samples').notNullable();
    table.bigInteger('durable_sequence').notNullable();
    table.timestamp('ended_at', { precision: 3 });
    table.timestamp('updated_at', { precision: 3 }).notNullable();
    table.bigInteger('bytes').notNullable();
    table.text('sha256').notNullable();
  });
  await knex.raw(
    `create index recordings_open on recordings (state) where state in ('awaited', 'recording', 'finishing')`,
  );
  await knex.schema.createTable('participants', (table) => {
    table.uuid('bot_id').notNullable();
    table.text('participant_id').notNullable();
    table.text('name').notNullable();
    table.bigInteger('joined_ms').notNullable();
    table.bigInteger('stay_ms').notNullable();
    table.bigInteger('left_ms');
    table.boolean('already_present').notNullable();
    table.bigInteger('said_joined_ms').comment('the stay whose beginning is in the outbox, or was');
    table.bigInteger('said_left_ms');
    table.primary(['bot_id', 'participant_id']);
  });
  await knex.schema.createTable('tracks', (table) => {
    table.uuid('bot_id').notNullable();
    table.text('track_id').notNullable();
    table.text('participant_id');
    table.primary(['bot_id', 'track_id']);
  });
  await knex.schema.createTable('chat', (table) => {
    table.uuid('bot_id').notNullable();
    table.text('message_id').notNullable();
    table.text('sender_name').notNullable();
    table.text('text').notNullable();
    table.bigInteger('at_ms').notNullable();
    table.primary(['bot_id', 'message_id']);
  });
}
