import type { Database, Queryable, Tx } from '@earshot/db';
import type { BotId, TranscriptId } from '@earshot/kernel';
import type { SpokenUtterance, Word } from '../domain/transcript.ts';

interface UtteranceRow {
  utterance_id: string;
  bot_id: string;
  transcript_id: string;
  track_id: string;
  number: number;
  label: string;
  text: string;
  start_ms: number;
  end_ms: number;
  words: Word[];
}

/** PostgreSQL limits a statement to 65535 parameters; a row has ten. */
const ROWS_PER_INSERT = 1000;

export interface UtteranceOwner {
  readonly botId: BotId;
  readonly transcriptId: TranscriptId;
}

export type Utterances = ReturnType<typeof createUtterances>;

/** The utterances table. */
export function createUtterances({ knex }: Database) {
  return {
    /** Stores utterances; answers the ids of those that were not there before. */
    async insert(tx: Tx, owner: UtteranceOwner, utterances: readonly SpokenUtterance[]): Promise<Set<string>> {
      const stored = new Set<string>();
      for (let at = 0; at < utterances.length; at += ROWS_PER_INSERT) {
        const rows: { utterance_id: string }[] = await tx('utterances')
          .insert(utterances.slice(at, at + ROWS_PER_INSERT).map((utterance) => toRow(owner, utterance)))
          .onConflict('utterance_id')
          .ignore()
          .returning('utterance_id');
        for (const row of rows) stored.add(row.utterance_id);
      }
      return stored;
    },

    /** A transcript's utterances, in order of their start. */
    async of(transcriptId: TranscriptId): Promise<SpokenUtterance[]> {
      const rows = await knex<UtteranceRow>('utterances')
        .where({ transcript_id: transcriptId })
        .orderBy(['start_ms', 'end_ms']);
      return rows.map(fromRow);
    },

    async countWords(query: Queryable, transcriptId: TranscriptId): Promise<number> {
      const [row] = await query<UtteranceRow>('utterances')
        .where({ transcript_id: transcriptId })
        .select<{ words: number }[]>(query.raw('coalesce(sum(jsonb_array_length(words)), 0)::int as words'));
      return row?.words ?? 0;
    },

    async deleteOf(tx: Tx, botId: BotId): Promise<void> {
      await tx<UtteranceRow>('utterances').where({ bot_id: botId }).delete();
    },
  };
}

/** PostgreSQL takes no NUL in text. */
function toRow({ botId, transcriptId }: UtteranceOwner, utterance: SpokenUtterance) {
  return {
    utterance_id: utterance.utteranceId,
    bot_id: botId,
    transcript_id: transcriptId,
    track_id: utterance.trackId,
    number: utterance.number,
    label: utterance.label,
    text: utterance.text.replaceAll('\0', ''),
    start_ms: utterance.startMs,
    end_ms: utterance.endMs,
    words: JSON.stringify(utterance.words).replaceAll(String.raw`\u0000`, ''),
  };
}

function fromRow(row: UtteranceRow): SpokenUtterance {
  return {
    utteranceId: row.utterance_id,
    trackId: row.track_id,
    number: row.number,
    label: row.label,
    text: row.text,
    startMs: row.start_ms,
    endMs: row.end_ms,
    words: row.words,
  };
}
