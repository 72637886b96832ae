import type { BotId } from '@earshot/kernel';
import { translate, type Database, type Queryable, type Tx } from '@earshot/db';
import type { Track } from '../domain/roster.ts';
import { insertInParts } from './insert-in-parts.ts';

interface TrackRow {
  bot_id: string;
  track_id: string;
  participant_id: string | null;
  own_name?: string | null;
  heard_samples?: number | null;
}

export type Tracks = ReturnType<typeof createTracks>;

/** The tracks table. */
export function createTracks({ knex }: Database) {
  return {
    async list(botId: BotId, query: Queryable = knex): Promise<Track[]> {
      try {
        const rows = await query<TrackRow>('tracks').where({ bot_id: botId }).orderBy('track_id');
        return rows.map((row) => ({
          trackId: row.track_id,
          participantId: row.participant_id ?? '',
          ...(row.own_name && { ownName: row.own_name }),
        }));
      } catch (error) {
        throw translate(error);
      }
    },

    /** Samples received of each track. */
    async received(botId: BotId): Promise<Map<string, number>> {
      try {
        const rows = await knex<TrackRow>('tracks').where({ bot_id: botId }).whereNotNull('heard_samples');
        return new Map(rows.map((row) => [row.track_id, row.heard_samples ?? 0]));
      } catch (error) {
        throw translate(error);
      }
    },

    /** Notes how many samples were received of tracks. */
    async saveReceived(tx: Tx, botId: BotId, received: ReadonlyMap<string, number>): Promise<void> {
      if (received.size === 0) return;
      const rows = [...received].map(([trackId, samples]) => ({
        bot_id: botId,
        track_id: trackId,
        heard_samples: samples,
      }));
      await tx<TrackRow>('tracks').insert(rows).onConflict(['bot_id', 'track_id']).merge(['heard_samples']);
    },

    /** Writes tracks, each at most once in the list. */
    async save(tx: Tx, botId: BotId, tracks: readonly Track[]): Promise<void> {
      const rows = tracks.map(({ trackId, participantId, ownName }): TrackRow => ({
        bot_id: botId,
        track_id: trackId,
        participant_id: participantId || null,
        own_name: ownName ?? null,
      }));
      await insertInParts(tx, { table: 'tracks', rows }, (insert) => insert.onConflict(['bot_id', 'track_id']).merge());
    },
  };
}
