import type { Knex } from 'knex';

/** What the bot itself says and writes is told apart. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('tracks', (table) => {
    table.text('own_name').comment('of what the bot itself says, where that is transcribed: under which name');
  });
  await knex.schema.alterTable('chat', (table) => {
    table.boolean('own').notNullable().defaultTo(false).comment('the bot has written it');
  });
}
