import { prepared, type Database, type Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';
import type { EndedVisit } from '../domain/settlement.ts';

interface VisitRow {
  bot_id: string;
  over_at: Date | null;
  recording: string | null;
  recorded_at: Date | null;
  recording_detail: string | null;
  is_settled: boolean;
}

/** More at a time make those behind them wait for nothing. */
const BATCH = 500;

/** A recording's outcome, from its fact. */
export interface RecordingNote {
  readonly recording: EndedVisit['recording'];
  readonly at: number;
  /** Its detail; mostly empty. */
  readonly detail: string;
}

export type Visits = ReturnType<typeof createVisits>;

/** The visits table: the end of each visit, from facts. Ids and times only. Times are milliseconds since 1970. */
export function createVisits({ knex }: Database) {
  return {
    async noteOver(tx: Tx, botId: BotId, at: number): Promise<void> {
      await tx<VisitRow>('visits')
        .insert({ bot_id: botId, over_at: new Date(at) })
        .onConflict('bot_id')
        .merge({ over_at: tx.raw('coalesce(visits.over_at, excluded.over_at)') });
    },

    /** The first fact about a recording counts. */
    async noteRecording(tx: Tx, botId: BotId, about: RecordingNote) {
      await tx<VisitRow>('visits')
        .insert({
          ...{ bot_id: botId, recording: about.recording, recorded_at: new Date(about.at) },
          recording_detail: about.detail || null,
        })
        .onConflict('bot_id')
        .merge({
          recording: tx.raw('coalesce(visits.recording, excluded.recording)'),
          recorded_at: tx.raw('coalesce(visits.recorded_at, excluded.recorded_at)'),
          recording_detail: tx.raw('coalesce(visits.recording_detail, excluded.recording_detail)'),
        });
    },

    /** Visits of which both is known, and whose outcome is not published yet. */
    async unsettled(): Promise<BotId[]> {
      const rows = await knex<VisitRow>('visits')
        // As the index has it: a bound value would keep it from being used.
        .whereRaw('not is_settled')
        .whereNotNull('over_at')
        .whereNotNull('recording')
        .orderBy('recorded_at')
        .limit(BATCH)
        .select('bot_id');
      return rows.map((row) => row.bot_id as BotId);
    },

    /** An unsettled visit, locked; undefined when it is settled or not over. */
    async lockUnsettled(tx: Tx, botId: BotId): Promise<EndedVisit | undefined> {
      const row = await tx<VisitRow>('visits').where({ bot_id: botId, is_settled: false }).forUpdate().first();
      if (!row?.over_at || !row.recorded_at) return undefined;
      return {
        recording: row.recording as EndedVisit['recording'],
        since: Math.max(row.over_at.getTime(), row.recorded_at.getTime()),
      };
    },

    /** Whether a visit is settled, and what is known of its recording; locked. Undefined for one that is not known, or erased. */
    async lock(tx: Tx, botId: BotId): Promise<{ isSettled: boolean; recording: string | undefined } | undefined> {
      const row = await tx<VisitRow>('visits').where({ bot_id: botId }).forUpdate().first();
      return row && { isSettled: row.is_settled, recording: row.recording ?? undefined };
    },

    /** Returns the recording's detail; empty for nothing. */
    async settle(tx: Tx, botId: BotId): Promise<string> {
      const settled = tx<VisitRow>('visits').where({ bot_id: botId }).update({ is_settled: true });
      const [row] = await settled.returning('recording_detail');
      return row?.recording_detail ?? '';
    },

    /**
     * Deletes settled visits that were over before a time, and of which no transcript is left; returns how many there were.
     * Erasure deletes most of them; these were settled after it.
     */
    async prune(limit: number, { overBefore }: { overBefore: number }): Promise<number> {
      const { rowCount } = await prepared(
        knex,
        `delete from visits where bot_id = any(array(
           select bot_id from visits where is_settled and over_at < :before
             and not exists (select from transcripts where transcripts.bot_id = visits.bot_id)
           order by over_at limit :limit for update skip locked))`,
        { before: new Date(overBefore), limit },
      );
      return rowCount;
    },

    /** Deletes a visit, unless its outcome is not published yet. */
    async deleteSettled(tx: Tx, botId: BotId): Promise<void> {
      await tx<VisitRow>('visits').where({ bot_id: botId, is_settled: true }).delete();
    },
  };
}
