import type { Database, Queryable, Tx } from '@earshot/db';
import type { BotId, TranscriptId } from '@earshot/kernel';
import { mergeMissed, type MissedSpeech } from '../domain/missed-speech.ts';

interface MissedRow {
  transcript_id: string;
  bot_id: string;
  track_id: string;
  start_ms: number;
  end_ms: number;
}

export type MissedSpeeches = ReturnType<typeof createMissedSpeeches>;

/** The missed_speech table. */
export function createMissedSpeeches({ knex }: Database) {
  return {
    /** Stores what was missed of a transcript; stored twice, it is there once. */
    async insert(tx: Tx, owner: { botId: BotId; transcriptId: TranscriptId }, missed: readonly MissedSpeech[]) {
      if (missed.length === 0) return;
      await tx<MissedRow>('missed_speech')
        .insert(
          missed.map(({ trackId, startMs, endMs }) => ({
            ...{ transcript_id: owner.transcriptId, bot_id: owner.botId, track_id: trackId },
            ...{ start_ms: startMs, end_ms: endMs },
          })),
        )
        .onConflict(['transcript_id', 'track_id', 'start_ms'])
        .merge({ end_ms: tx.raw('greatest(missed_speech.end_ms, excluded.end_ms)') });
    },

    /** What was missed, by transcript. */
    async of(transcriptIds: readonly TranscriptId[], query: Queryable = knex): Promise<Map<string, MissedSpeech[]>> {
      const rows = await query<MissedRow>('missed_speech').whereIn('transcript_id', [...transcriptIds]);
      const found = Map.groupBy(rows, ({ transcript_id: transcriptId }) => transcriptId);
      return new Map([...found].map(([transcriptId, own]) => [transcriptId, mergeMissed(own.map(fromRow))]));
    },

    /** It has become words after all. */
    async delete(tx: Tx, transcriptId: TranscriptId): Promise<void> {
      await tx<MissedRow>('missed_speech').where({ transcript_id: transcriptId }).delete();
    },

    async deleteOf(tx: Tx, botId: BotId): Promise<void> {
      await tx<MissedRow>('missed_speech').where({ bot_id: botId }).delete();
    },
  };
}

function fromRow({ track_id: trackId, start_ms: startMs, end_ms: endMs }: MissedRow): MissedSpeech {
  return { trackId, startMs, endMs };
}
