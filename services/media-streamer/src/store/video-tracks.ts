import type { BotId } from '@earshot/kernel';
import { translate, type Database, type Queryable, type Tx } from '@earshot/db';
import type { VideoCodec, VideoSource } from '../domain/video-frame.ts';
import type { VideoTrack } from '../domain/video-track.ts';
import { insertInParts } from './insert-in-parts.ts';

interface VideoTrackRow {
  bot_id: string;
  track_id: string;
  codec: string;
  source: string;
  participant_id: string;
  id_prefix: string;
  width: number;
  height: number;
  from_ms: number;
  to_ms: number;
  frames: number;
  dropped_frames: number;
  bytes: number;
  has_ended: boolean;
  is_broken: boolean;
}

export type VideoTracks = ReturnType<typeof createVideoTracks>;

/** The video_tracks table. */
export function createVideoTracks({ knex }: Pick<Database, 'knex'>) {
  return {
    /** By their first frame. */
    async list(botId: BotId, query: Queryable = knex): Promise<VideoTrack[]> {
      try {
        const rows = await query<VideoTrackRow>('video_tracks')
          .where({ bot_id: botId })
          .orderBy(['from_ms', 'track_id']);
        return rows.map(fromRow);
      } catch (error) {
        throw translate(error);
      }
    },

    /** How many have frames. */
    async count(tx: Tx, botId: BotId): Promise<number> {
      return (
        await tx<VideoTrackRow>('video_tracks').where({ bot_id: botId }).where('frames', '>', 0).select('track_id')
      ).length;
    },

    /** Writes tracks, each at most once in the list. */
    async save(tx: Tx, botId: BotId, tracks: readonly VideoTrack[]): Promise<void> {
      const rows = tracks.map((track): VideoTrackRow => ({
        bot_id: botId,
        track_id: track.trackId,
        codec: track.codec,
        source: track.source,
        participant_id: track.participantId,
        id_prefix: track.idPrefix,
        width: track.width,
        height: track.height,
        from_ms: Math.round(track.fromMs),
        to_ms: Math.round(track.toMs),
        frames: track.frames,
        dropped_frames: track.droppedFrames,
        bytes: track.bytes,
        has_ended: track.hasEnded,
        is_broken: track.isBroken,
      }));
      await insertInParts(tx, { table: 'video_tracks', rows }, (insert) =>
        insert.onConflict(['bot_id', 'track_id']).merge(),
      );
    },
  };
}

function fromRow(row: VideoTrackRow): VideoTrack {
  return {
    trackId: row.track_id,
    codec: row.codec as VideoCodec,
    source: row.source as VideoSource,
    participantId: row.participant_id,
    idPrefix: row.id_prefix,
    width: row.width,
    height: row.height,
    fromMs: row.from_ms,
    toMs: row.to_ms,
    frames: row.frames,
    droppedFrames: row.dropped_frames,
    bytes: row.bytes,
    hasEnded: row.has_ended,
    isBroken: row.is_broken,
  };
}
