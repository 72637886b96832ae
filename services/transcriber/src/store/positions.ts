import type { Database, Queryable, Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';

interface PositionRow {
  bot_id: string;
  track_id: string;
  committed_ms: number;
  utterances: number;
}

/** How far a track has come: all speech before `committedMs` (meeting clock) is committed. */
export interface TrackPosition {
  readonly trackId: string;
  readonly committedMs: number;
  /** How many utterances it has; the number of the next. */
  readonly utterances: number;
}

export type Positions = ReturnType<typeof createPositions>;

/** The positions table. */
export function createPositions({ knex }: Database) {
  return {
    async of(botId: BotId, query: Queryable = knex): Promise<TrackPosition[]> {
      const rows = await query<PositionRow>('positions').where({ bot_id: botId });
      return rows.map((row) => ({
        ...{ trackId: row.track_id, committedMs: row.committed_ms, utterances: row.utterances },
      }));
    },

    async deleteOf(tx: Tx, botId: BotId): Promise<void> {
      await tx<PositionRow>('positions').where({ bot_id: botId }).delete();
    },
  };
}
