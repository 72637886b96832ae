import type { Knex } from 'knex';

/** A bot has the transcript of its visit, and those that are asked for afterwards. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('transcripts', (table) => {
    table.dropUnique(['bot_id']);
    table.text('purpose').notNullable().defaultTo('visit').comment('visit, or again: asked for afterwards');
    table.text('notify_url').notNullable().defaultTo('');
    table.text('idempotency_key').notNullable().defaultTo('');
    table.timestamp('created_at', { precision: 3 });
    table.index('bot_id');
  });
  await knex.raw(`update transcripts set created_at = coalesce(started_at, due_at, now())`);
  await knex.raw(`alter table transcripts alter column created_at set not null`);
  await knex.raw(`create unique index transcripts_visit on transcripts (bot_id) where purpose = 'visit'`);
  await knex.raw(
    `create unique index transcripts_key on transcripts (bot_id, idempotency_key) where idempotency_key <> ''`,
  );
  await knex.schema.alterTable('utterances', (table) => {
    table.uuid('transcript_id');
    table.index(['transcript_id', 'start_ms']);
    table.dropIndex(['bot_id', 'start_ms']);
    table.index('bot_id');
  });
  await knex.raw(`update utterances set transcript_id = transcripts.transcript_id
    from transcripts where transcripts.bot_id = utterances.bot_id`);
  await knex.raw(`alter table utterances alter column transcript_id set not null`);
}
