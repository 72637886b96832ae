import type { Database, Queryable, Tx } from '@earshot/db';
import type { BotId, TrackOwner } from '@earshot/kernel';

interface SpeakerRow {
  bot_id: string;
  track_id: string;
  participant_id: string;
  name: string;
}

export type Speakers = ReturnType<typeof createSpeakers>;

/** The speakers table: whose track is whose. */
export function createSpeakers({ knex }: Database) {
  return {
    async upsert(tx: Tx, botId: BotId, { trackId, participantId, name }: TrackOwner): Promise<void> {
      await tx<SpeakerRow>('speakers')
        .insert({ bot_id: botId, track_id: trackId, participant_id: participantId, name: name.replaceAll('\0', '') })
        .onConflict(['bot_id', 'track_id'])
        .merge();
    },

    async of(botId: BotId, query: Queryable = knex): Promise<TrackOwner[]> {
      const rows = await query<SpeakerRow>('speakers').where({ bot_id: botId });
      return rows.map((row) => ({ trackId: row.track_id, participantId: row.participant_id, name: row.name }));
    },

    async deleteOf(tx: Tx, botId: BotId): Promise<void> {
      await tx<SpeakerRow>('speakers').where({ bot_id: botId }).delete();
    },
  };
}
