import type { Database, Queryable, Tx } from '@earshot/db';
import type { AccountId, BotId, TranscriptId } from '@earshot/kernel';
import type { Transcript, TranscriptState } from '../domain/transcript.ts';

interface TranscriptRow {
  transcript_id: string;
  bot_id: string;
  account_id: string;
  engine: string;
  options_json: string;
  state: string;
  failure: string;
  raw_json: string;
  started_at: Date | null;
  stream_id: string | null;
  is_stream_open: boolean;
  due_at: Date | null;
  lease_until: Date | null;
  attempts: number;
  purpose: string;
  notify_url: string;
  idempotency_key: string;
  created_at: Date;
}

const columns = [
  ...['transcript_id', 'bot_id', 'account_id', 'engine', 'options_json', 'state', 'failure', 'raw_json', 'started_at'],
  ...['stream_id', 'is_stream_open', 'due_at', 'lease_until', 'attempts', 'purpose', 'notify_url', 'idempotency_key'],
  'created_at',
] as const;

const shortColumns = (query: Queryable) =>
  columns.map((column) => (column === 'raw_json' ? query.raw(`'' as raw_json`) : column));

export interface NewTranscript extends Pick<
  Transcript,
  'transcriptId' | 'botId' | 'accountId' | 'engine' | 'optionsJson' | 'state' | 'createdAt'
> {
  readonly startedAt?: number | undefined;
  readonly isStreamOpen?: boolean;
  readonly dueAt?: number;
  /** Of one that is asked for after the visit. */
  readonly again?: Pick<Transcript, 'notifyUrl' | 'idempotencyKey'>;
}

/** What a transcript may change to; what is left out stays. */
export interface TranscriptChange {
  readonly state?: TranscriptState;
  readonly failure?: string;
  readonly rawJson?: string;
  readonly startedAt?: number | undefined;
  readonly streamId?: string;
  readonly isStreamOpen?: boolean;
  readonly dueAt?: number;
  readonly leaseUntil?: number | null;
  readonly attempts?: number;
}

export type Transcripts = ReturnType<typeof createTranscripts>;

/** The transcripts table. */
export function createTranscripts({ knex }: Database) {
  const one = (query: Queryable, transcriptId: TranscriptId) =>
    query<TranscriptRow>('transcripts').where({ transcript_id: transcriptId });

  return {
    /** Stores a transcript; one that is there stays as it is. */
    async insert(tx: Tx, transcript: NewTranscript): Promise<void> {
      const { startedAt, isStreamOpen = false, dueAt, again } = transcript;
      await tx<TranscriptRow>('transcripts')
        .insert({
          transcript_id: transcript.transcriptId,
          bot_id: transcript.botId,
          account_id: transcript.accountId,
          engine: transcript.engine,
          options_json: transcript.optionsJson,
          state: transcript.state,
          started_at: startedAt === undefined ? null : new Date(startedAt),
          is_stream_open: isStreamOpen,
          due_at: dueAt === undefined ? null : new Date(dueAt),
          created_at: new Date(transcript.createdAt),
          ...(again && { purpose: 'again', notify_url: again.notifyUrl, idempotency_key: again.idempotencyKey }),
        })
        .onConflict()
        .ignore();
    },

    async find(transcriptId: TranscriptId): Promise<Transcript | undefined> {
      const row = await one(knex, transcriptId).first();
      return row && fromRow(row);
    },

    /** The transcript without the provider's own answer, which may be long. */
    async findAbout(transcriptId: TranscriptId): Promise<Transcript | undefined> {
      const row = await one(knex, transcriptId).first<TranscriptRow | undefined>(shortColumns(knex));
      return row && fromRow(row);
    },

    /** So many characters of the provider's own answer; empty behind its end. */
    async rawPart(transcriptId: TranscriptId, { from, length }: { from: number; length: number }): Promise<string> {
      const part = knex.raw('substr(raw_json, ?, ?) as part', [from + 1, length]);
      const row = await one(knex, transcriptId).first<{ part: string } | undefined>(part);
      return row?.part ?? '';
    },

    /** The transcript, locked until the transaction ends, with the stream that may write to it. */
    async lock(tx: Tx, transcriptId: TranscriptId): Promise<{ transcript: Transcript; streamId: string } | undefined> {
      const row = await one(tx, transcriptId).forUpdate().first();
      return row && { transcript: fromRow(row), streamId: row.stream_id ?? '' };
    },

    /** The transcript of a bot's visit. */
    async lockByBot(tx: Tx, botId: BotId): Promise<Transcript | undefined> {
      const row = await tx<TranscriptRow>('transcripts').where({ bot_id: botId, purpose: 'visit' }).forUpdate().first();
      return row && fromRow(row);
    },

    /** Every transcript of a bot, oldest first; without the providers' own answers, which may be long. */
    async of(botId: BotId, query: Queryable = knex): Promise<Transcript[]> {
      const rows = await query<TranscriptRow>('transcripts')
        .where({ bot_id: botId })
        .orderBy(['created_at', { column: 'purpose', order: 'desc' }])
        .select<TranscriptRow[]>(shortColumns(query));
      return rows.map(fromRow);
    },

    async update(tx: Queryable, transcriptId: TranscriptId, change: TranscriptChange): Promise<void> {
      const date = (ms: number | null) => (ms === null ? null : new Date(ms));
      const { state, failure, rawJson, startedAt, streamId, isStreamOpen, dueAt, leaseUntil, attempts } = change;
      await one(tx, transcriptId).update({
        ...(state !== undefined && { state }),
        ...(failure !== undefined && { failure }),
        ...(rawJson !== undefined && { raw_json: rawJson }),
        ...(startedAt !== undefined && { started_at: date(startedAt) }),
        ...(streamId !== undefined && { stream_id: streamId }),
        ...(isStreamOpen !== undefined && { is_stream_open: isStreamOpen }),
        ...(dueAt !== undefined && { due_at: date(dueAt) }),
        ...(leaseUntil !== undefined && { lease_until: date(leaseUntil) }),
        ...(attempts !== undefined && { attempts }),
      });
    },

    /** The recording that waits longest to be transcribed and that nobody has, locked; with the tries it has had. */
    async lockDue(tx: Tx, now: number): Promise<{ transcript: Transcript; attempts: number } | undefined> {
      const row = await tx<TranscriptRow>('transcripts')
        // As the index has it: a bound value would keep it from being used.
        .whereRaw(`state = 'processing'`)
        .where('due_at', '<=', new Date(now))
        .where((free) => free.whereNull('lease_until').orWhere('lease_until', '<', new Date(now)))
        .orderBy('due_at')
        .forUpdate()
        .skipLocked()
        .first();
      return row && { transcript: fromRow(row), attempts: row.attempts };
    },

    /** Deletes a bot's transcripts; returns how many there were. */
    async deleteOf(tx: Tx, botId: BotId): Promise<number> {
      return tx<TranscriptRow>('transcripts').where({ bot_id: botId }).delete();
    },
  };
}

function fromRow(row: TranscriptRow): Transcript {
  return {
    transcriptId: row.transcript_id as TranscriptId,
    botId: row.bot_id as BotId,
    accountId: row.account_id as AccountId,
    engine: row.engine,
    optionsJson: row.options_json,
    state: row.state as TranscriptState,
    failure: row.failure,
    rawJson: row.raw_json,
    startedAt: row.started_at?.getTime(),
    isStreamOpen: row.is_stream_open,
    dueAt: row.due_at?.getTime(),
    purpose: row.purpose as Transcript['purpose'],
    notifyUrl: row.notify_url,
    idempotencyKey: row.idempotency_key,
    createdAt: row.created_at.getTime(),
  };
}
