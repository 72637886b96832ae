import type { BotId } from '@earshot/kernel';
import { translate, type Database, type Tx } from '@earshot/db';
import type { VideoStream } from '../domain/video-stream.ts';

interface VideoStreamRow {
  bot_id: string;
  epoch: number;
  owner: string;
  durable_sequence: number;
  is_finished: boolean;
  updated_at: Date;
}

/** The video of a visit that is over; times are milliseconds since 1970. */
export interface LeftVideo {
  readonly botId: BotId;
  readonly endedAt: number;
  readonly updatedAt: number;
}

export type VideoStreams = ReturnType<typeof createVideoStreams>;

/** The video_streams table. Whoever writes has the visit's recording locked. */
export function createVideoStreams({ knex }: Pick<Database, 'knex'>) {
  return {
    async find(tx: Tx, botId: BotId): Promise<VideoStream | undefined> {
      const row = await tx<VideoStreamRow>('video_streams').where({ bot_id: botId }).first();
      return row && fromRow(row);
    },

    async save(tx: Tx, stream: VideoStream, { now }: { now: number }): Promise<void> {
      const row: VideoStreamRow = {
        bot_id: stream.botId,
        epoch: stream.epoch,
        owner: stream.owner,
        durable_sequence: stream.durableSequence,
        is_finished: stream.isFinished,
        updated_at: new Date(now),
      };
      await tx<VideoStreamRow>('video_streams').insert(row).onConflict('bot_id').merge();
    },

    /** Of visits that are over and have not finished. */
    async left(limit: number): Promise<LeftVideo[]> {
      try {
        const rows = await knex('video_streams as v')
          .join('recordings as r', 'r.bot_id', 'v.bot_id')
          // As the index has it: bound values would keep it from being used.
          .whereRaw('not v.is_finished and r.ended_at is not null')
          .orderBy('v.updated_at')
          .limit(limit)
          .select<{ bot_id: string; updated_at: Date; ended_at: Date }[]>('v.bot_id', 'v.updated_at', 'r.ended_at');
        return rows.map((row) => ({
          botId: row.bot_id as BotId,
          endedAt: row.ended_at.getTime(),
          updatedAt: row.updated_at.getTime(),
        }));
      } catch (error) {
        throw translate(error);
      }
    },
  };
}

function fromRow(row: VideoStreamRow): VideoStream {
  return {
    botId: row.bot_id as BotId,
    epoch: row.epoch,
    owner: row.owner,
    durableSequence: row.durable_sequence,
    isFinished: row.is_finished,
  };
}
