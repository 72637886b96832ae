import type { Knex } from 'knex';

/** What else was said of a visit's recording: that no sound came, for one. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('visits', (table) => void table.text('recording_detail'));
}
