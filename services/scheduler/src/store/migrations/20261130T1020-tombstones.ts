import type { Knex } from 'knex';

/** Of a bot whose data is erased nothing stays that was ordered. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('bots', (table) => {
    table.text('ordered_by_key').comment('the id of the API key that ordered the bot');
    table.jsonb('last_callback').comment('of an erased bot: where its customer is still to be told so');
  });
  await knex.raw(`
    update bots set detail = '', spec = jsonb_strip_nulls(jsonb_build_object(
      'platform', spec->'platform', 'joinAt', spec->'joinAt', 'retentionHours', spec->'retentionHours',
      'wantsVideo', false, 'meetingUrl', '', 'botName', '', 'chatMessage', '', 'imageUrl', '', 'attributesJson', '',
      'requestJson', '',
      'leave', jsonb_build_object('waitingRoomSeconds', 0, 'noOneJoinedSeconds', 0, 'everyoneLeftSeconds', 0,
        'voiceInactivitySeconds', 0, 'recordingLimitSeconds', 0, 'recordingDeniedSeconds', 0),
      'destinations', jsonb_build_object('lifecycleUrl', '', 'callbackVersion', '', 'liveTranscriptWebhookUrl', '',
        'liveTranscriptSocketUrl', '', 'liveAudioSocketUrl', '', 'controlSocketUrl', '',
        'participantHooks', jsonb_build_array())))
    where erased_at is not null`);
  await knex.raw(`
    delete from messages where bot_id in (select bot_id from bots where erased_at is not null)`);
  // As store/bots.ts does it.
  await knex.raw(`
    update bots set idempotency_key = 'sha256:' || encode(sha256(convert_to(idempotency_key, 'UTF8')), 'hex')
    where idempotency_key is not null`);
  await knex.raw(`
    create index bots_ended on bots (ended_at, bot_id) where ended_at is not null and erased_at is null`);
}
