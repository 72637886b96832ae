import type { Knex } from 'knex';

/** How far the video of each visit has come, its tracks, and where their frames lie. Visits of before have none. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('video_streams', (table) => {
    table.uuid('bot_id').primary();
    table.bigInteger('epoch').notNullable();
    table.text('owner').notNullable();
    table.bigInteger('durable_sequence').notNullable();
    table.boolean('is_finished').notNullable().comment('nothing more comes');
    table.timestamp('updated_at', { precision: 3 }).notNullable();
  });
  await knex.raw(`create index video_streams_unfinished on video_streams (updated_at) where not is_finished`);
  await knex.schema.createTable('video_tracks', (table) => {
    table.uuid('bot_id').notNullable();
    table.text('track_id').notNullable();
    table.text('codec').notNullable();
    table.text('source').notNullable();
    table.text('participant_id').notNullable().comment('as the page of its epoch has it');
    table.text('id_prefix').notNullable().comment('of its epoch');
    table.integer('width').notNullable();
    table.integer('height').notNullable();
    table.bigInteger('from_ms').notNullable();
    table.bigInteger('to_ms').notNullable();
    table.bigInteger('frames').notNullable();
    table.bigInteger('dropped_frames').notNullable();
    table.bigInteger('bytes').notNullable();
    table.boolean('has_ended').notNullable();
    table
      .boolean('is_broken')
      .notNullable()
      .comment('its last frames were dropped: it goes on with its next key frame');
    table.primary(['bot_id', 'track_id']);
  });
  await knex.schema.createTable('video_segments', (table) => {
    table.uuid('bot_id').notNullable();
    table.text('track_id').notNullable();
    table.integer('segment_index').notNullable().comment('counts the cuts of the visit');
    table.bigInteger('epoch').notNullable();
    table.text('blob_key').notNullable();
    table.bigInteger('from_ms').notNullable();
    table.bigInteger('to_ms').notNullable();
    table.integer('frames').notNullable();
    table.bigInteger('bytes').notNullable();
    table.text('sha256').notNullable().comment('of the blob');
    table.primary(['bot_id', 'track_id', 'segment_index']);
  });
}
