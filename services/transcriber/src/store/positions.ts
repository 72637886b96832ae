import { prepared, type Database, type Queryable, type Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';

interface PositionRow {
  bot_id: string;
  track_id: string;
  committed_ms: number;
  utterances: number;
}

/** How far a track has come: everything said before `committedMs` (meeting clock) is committed. */
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
    /** Moves positions on; none goes back. */
    async advance(tx: Tx, positions: readonly (TrackPosition & { readonly botId: BotId })[]): Promise<void> {
      if (positions.length === 0) return;
      await prepared(
        tx,
        `insert into positions (bot_id, track_id, committed_ms, utterances)
         select bot_id, track_id, committed_ms, utterances
         from unnest(:bots::uuid[], :tracks::text[], :committed::bigint[], :utterances::int[])
           as position (bot_id, track_id, committed_ms, utterances)
         on conflict (bot_id, track_id) do update set
           committed_ms = greatest(positions.committed_ms, excluded.committed_ms),
           utterances = greatest(positions.utterances, excluded.utterances)`,
        {
          bots: positions.map(({ botId }) => botId),
          tracks: positions.map(({ trackId }) => trackId),
          committed: positions.map(({ committedMs }) => committedMs),
          utterances: positions.map(({ utterances }) => utterances),
        },
      );
    },

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
