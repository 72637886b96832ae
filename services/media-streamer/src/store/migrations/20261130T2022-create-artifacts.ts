import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('artifacts', (table) => {
    table.uuid('bot_id').notNullable();
    table.text('artifact_id').notNullable();
    table.text('kind').notNullable();
    table.text('state').notNullable();
    table.text('participant_id').notNullable();
    table.text('participant_name').notNullable();
    table.text('track_id').notNullable();
    table.integer('segment_index').notNullable();
    table.text('content_type').notNullable();
    table.text('blob_key').comment('null: there are no bytes');
    table.bigInteger('bytes').notNullable();
    table.bigInteger('duration_ms').notNullable();
    table.bigInteger('offset_ms').notNullable();
    table.text('codec').notNullable();
    table.integer('width').notNullable();
    table.integer('height').notNullable();
    table.integer('sample_rate').notNullable();
    table.integer('channels').notNullable();
    table.bigInteger('frames').notNullable();
    table.bigInteger('dropped_frames').notNullable();
    table.text('sha256').notNullable();
    table.text('detail').notNullable();
    table.timestamp('created_at', { precision: 3 }).notNullable();
    table.primary(['bot_id', 'artifact_id']);
  });
}
