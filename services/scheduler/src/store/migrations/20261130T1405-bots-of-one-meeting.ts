import type { Knex } from 'knex';

/** Bots of one meeting know each other, and a bot reports what it could not write into the chat. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('bots', (table) => {
    table
      .text('meeting_key')
      .comment('SHA-256 of the platform and the meeting; null where it is not known, and once erased');
    table.text('roster_id').comment('The id by which the page of the meeting knows the bot');
    table.specificType('certificates', 'text[]').comment('Fingerprints of its connections, where the page has no ids');
    table.boolean('greeting_unsent').notNullable().defaultTo(false);
    table.integer('messages_unsent').notNullable().defaultTo(0);
  });
  await knex.raw(
    `create index bots_of_meeting on bots (meeting_key)
     where state in ('joining', 'waiting-room', 'in-meeting', 'recording', 'paused', 'leaving')`,
  );
}
