import type { Knex } from 'knex';

/** Recordings of before lie in one file each, and have none. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('artifact_parts', (table) => {
    table.uuid('bot_id').notNullable();
    table.text('artifact').notNullable();
    table.integer('part_index').notNullable();
    table.bigInteger('samples').notNullable();
    table.text('codec').notNullable();
    table.text('blob_key').comment('null: it lies in its segments');
    table.text('sha256').notNullable().comment('of the samples, whatever the codec');
    table.bigInteger('missing_samples').notNullable();
    table.primary(['bot_id', 'artifact', 'part_index']);
  });
}
