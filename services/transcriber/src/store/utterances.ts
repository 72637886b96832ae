import { prepared, type Database, type Queryable, type Tx } from '@earshot/db';
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

export interface UtteranceOwner {
  readonly botId: BotId;
  readonly transcriptId: TranscriptId;
}

export type OwnedUtterance = SpokenUtterance & UtteranceOwner;

/** The columns of an utterance. */
export const UTTERANCE_FIELDS =
  'utterance_id, bot_id, transcript_id, track_id, number, label, text, start_ms, end_ms, words';
/** Where utterances go, and how they are read from what `utteranceColumns` gives. */
export const INTO_UTTERANCES = `utterances (${UTTERANCE_FIELDS})
  select utterance_id, bot_id, transcript_id, track_id, number, label, text, start_ms, end_ms, words::jsonb`;
/** What `utteranceColumns` gives, in the order of the columns; what is unnested beside it goes behind. */
export const UTTERANCE_ARRAYS = `:ids::uuid[], :bots::uuid[], :transcripts::uuid[], :tracks::text[], :numbers::int[],
  :labels::text[], :texts::text[], :starts::bigint[], :ends::bigint[], :words::text[]`;

/** Utterances as arrays to be unnested, a column each. */
export function utteranceColumns(utterances: readonly OwnedUtterance[]) {
  const column = <T>(read: (utterance: OwnedUtterance) => T) => utterances.map(read);
  return {
    ids: column(({ utteranceId }) => utteranceId),
    bots: column(({ botId }) => botId),
    transcripts: column(({ transcriptId }) => transcriptId),
    tracks: column(({ trackId }) => trackId),
    numbers: column(({ number }) => number),
    labels: column(({ label }) => label),
    // PostgreSQL takes no NUL in text.
    texts: column(({ text }) => text.replaceAll('\0', '')),
    starts: column(({ startMs }) => startMs),
    ends: column(({ endMs }) => endMs),
    words: column(({ words }) => JSON.stringify(words).replaceAll(String.raw`\u0000`, '')),
  };
}

const NO_ID = '00000000-0000-0000-0000-000000000000';
const PAGE = `select * from utterances
  where transcript_id = :transcriptId and start_ms >= :start
    and (start_ms, end_ms, utterance_id) > (:start, :end, :id)
  order by start_ms, end_ms, utterance_id limit :limit`;

export type Utterances = ReturnType<typeof createUtterances>;

/** The utterances table. */
export function createUtterances(database: Database) {
  const { knex } = database;
  return {
    /** Stores utterances; those that are there stay as they are. */
    async insert(tx: Tx, utterances: readonly OwnedUtterance[]): Promise<void> {
      if (utterances.length === 0) return;
      await prepared(
        tx,
        `insert into ${INTO_UTTERANCES} from unnest(${UTTERANCE_ARRAYS}) as said (${UTTERANCE_FIELDS})
         on conflict (utterance_id) do nothing`,
        utteranceColumns(utterances),
      );
    },

    /** A transcript's utterances, in order of their start. */
    async of(transcriptId: TranscriptId): Promise<SpokenUtterance[]> {
      const rows = await knex<UtteranceRow>('utterances')
        .where({ transcript_id: transcriptId })
        .orderBy(['start_ms', 'end_ms']);
      return rows.map(fromRow);
    },

    /** So many of a transcript's utterances behind `after`, in order of their start. */
    async page(
      transcriptId: TranscriptId,
      { limit, after }: { limit: number; after?: SpokenUtterance | undefined },
    ): Promise<SpokenUtterance[]> {
      const from = { start: after?.startMs ?? -1, end: after?.endMs ?? -1, id: after?.utteranceId ?? NO_ID };
      const { rows } = await database.run<{ rows: UtteranceRow[] }>((query) =>
        prepared(query, PAGE, { transcriptId, limit, ...from }),
      );
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
