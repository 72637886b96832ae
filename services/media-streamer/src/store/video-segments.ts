import type { BotId } from '@earshot/kernel';
import { translate, type Database, type Tx } from '@earshot/db';
import type { VideoSegment } from '../domain/video-track.ts';
import { insertInParts } from './insert-in-parts.ts';

interface VideoSegmentRow {
  bot_id: string;
  track_id: string;
  segment_index: number;
  epoch: number;
  blob_key: string;
  from_ms: number;
  to_ms: number;
  frames: number;
  bytes: number;
  sha256: string;
}

export type VideoSegments = ReturnType<typeof createVideoSegments>;

/** The video_segments table: where the frames of each track lie. */
export function createVideoSegments({ knex }: Pick<Database, 'knex'>) {
  return {
    /** Of one track, in order; of all without one. */
    async list(botId: BotId, trackId?: string): Promise<VideoSegment[]> {
      try {
        const where = { bot_id: botId, ...(trackId !== undefined && { track_id: trackId }) };
        const rows = await knex<VideoSegmentRow>('video_segments').where(where).orderBy(['track_id', 'segment_index']);
        return rows.map((row) => ({
          trackId: row.track_id,
          index: row.segment_index,
          epoch: row.epoch,
          key: row.blob_key,
          fromMs: row.from_ms,
          toMs: row.to_ms,
          frames: row.frames,
          bytes: row.bytes,
          sha256: row.sha256,
        }));
      } catch (error) {
        throw translate(error);
      }
    },

    /** The index of the next cut of a visit. */
    async next(tx: Tx, botId: BotId): Promise<number> {
      const row = await tx<VideoSegmentRow>('video_segments')
        .where({ bot_id: botId })
        .max<{ last: number | null }>({ last: 'segment_index' })
        .first();
      return (row?.last ?? -1) + 1;
    },

    async add(tx: Tx, botId: BotId, segments: readonly VideoSegment[]): Promise<void> {
      const rows = segments.map((segment): VideoSegmentRow => ({
        bot_id: botId,
        track_id: segment.trackId,
        segment_index: segment.index,
        epoch: segment.epoch,
        blob_key: segment.key,
        from_ms: Math.round(segment.fromMs),
        to_ms: Math.round(segment.toMs),
        frames: segment.frames,
        bytes: segment.bytes,
        sha256: segment.sha256,
      }));
      await insertInParts(tx, { table: 'video_segments', rows }, (insert) => insert);
    },
  };
}
