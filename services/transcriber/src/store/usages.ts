import type { Database, Queryable, Tx } from '@earshot/db';
import type { BotId, TranscriptId } from '@earshot/kernel';
import type { Usage, UsageSum } from '../domain/usage.ts';

interface UsageRow {
  usage_id: string;
  transcript_id: string;
  bot_id: string;
  engine: string;
  audio_ms: number;
  open_ms: number;
}

export type Usages = ReturnType<typeof createUsages>;

/** The usage table. */
export function createUsages({ knex }: Database) {
  return {
    /** Stored again it is there once; of a transcript that was erased nothing is stored. */
    async insert(
      { botId, transcriptId }: { botId: BotId; transcriptId: TranscriptId },
      { usageId, engine, audioMs, openMs }: Usage,
      query: Queryable = knex,
    ): Promise<void> {
      await query.raw(
        `insert into usage (usage_id, transcript_id, bot_id, engine, audio_ms, open_ms)
         select :usageId, transcript_id, :botId, :engine, :audioMs, :openMs
         from transcripts where transcript_id = :transcriptId for key share
         on conflict (usage_id) do nothing`,
        { usageId, botId, transcriptId, engine, audioMs: Math.round(audioMs), openMs: Math.round(openMs) },
      );
    },

    /** The usage of each engine, by transcript. */
    async of(transcriptIds: readonly TranscriptId[]): Promise<Map<string, UsageSum[]>> {
      const rows = await knex<UsageRow>('usage')
        .whereIn('transcript_id', [...transcriptIds])
        .groupBy('transcript_id', 'engine')
        .orderBy('engine')
        .select<{ transcript_id: string; engine: string; times: number; audio_ms: number; open_ms: number }[]>(
          'transcript_id',
          'engine',
          knex.raw('count(*)::int as times, sum(audio_ms)::bigint as audio_ms, sum(open_ms)::bigint as open_ms'),
        );
      const found = Map.groupBy(rows, (row) => row.transcript_id);
      return new Map(
        [...found].map(([transcriptId, own]) => [
          transcriptId,
          own.map(({ engine, times, audio_ms: audioMs, open_ms: openMs }) => ({ engine, times, audioMs, openMs })),
        ]),
      );
    },

    async deleteOf(tx: Tx, botId: BotId): Promise<void> {
      await tx<UsageRow>('usage').where({ bot_id: botId }).delete();
    },
  };
}
