import { AppError, type AccountId, type BotId } from '@earshot/kernel';
import { prepared, translate, type Database, type Queryable, type Tx } from '@earshot/db';
import type { Recording } from '../domain/recording.ts';
import type { RecordingState } from '../domain/recording-state.ts';

interface RecordingRow {
  bot_id: string;
  account_id: string;
  state: string;
  started_at: Date;
  epoch: number;
  shift_ms: number;
  id_prefix: string;
  owner: string;
  durable_samples: number;
  durable_sequence: number;
  heard_samples: number | null;
  missing_samples: number;
  ended_at: Date | null;
  pending_until: Date | null;
  end_samples: number | null;
  store_trouble: string | null;
  dropped_items: number;
  updated_at: Date;
  bytes: number;
  sha256: string;
}

/** A recording, and when its row was written last, milliseconds since 1970. */
export type StoredRecording = Recording & { readonly updatedAt: number };

export type Recordings = ReturnType<typeof createRecordings>;

/** The recordings table. */
export function createRecordings({ knex }: Database) {
  const one = (query: Queryable, botId: BotId) => query<RecordingRow>('recordings').where({ bot_id: botId });

  return {
    async find(botId: BotId): Promise<StoredRecording | undefined> {
      try {
        const row = await one(knex, botId).first();
        return row && toStored(row);
      } catch (error) {
        throw translate(error);
      }
    },

    /** The recording, locked until the transaction ends; one that does not exist can be made by one at a time. */
    async lock(tx: Tx, botId: BotId): Promise<Recording | undefined> {
      await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`recording:${botId}`]);
      const row = await one(tx, botId).forUpdate().first();
      return row && fromRow(row);
    },

    /** Writes a recording that was locked in this transaction. */
    async save(tx: Tx, recording: Recording, { now }: { now: number }): Promise<void> {
      await tx<RecordingRow>('recordings').insert(toRow(recording, now)).onConflict('bot_id').merge();
    },

    /** Recordings that are due to be reaped. */
    async unfinished(limit: number): Promise<StoredRecording[]> {
      try {
        const rows = await knex<RecordingRow>('recordings')
          // As the index has it: bound values would keep it from being used.
          .whereRaw(`(state = 'finishing' or (state in ('awaited', 'recording') and ended_at is not null))`)
          .orderBy('updated_at')
          .limit(limit);
        return rows.map(toStored);
      } catch (error) {
        throw translate(error);
      }
    },

    /** Whether there is any recording of which something must lie in the blob store. */
    async hasStored(tx: Tx): Promise<boolean> {
      const stored = tx<RecordingRow>('recordings').whereIn('state', ['recording', 'finishing', 'ready']);
      return (await stored.where('durable_samples', '>', 0).first('bot_id')) !== undefined;
    },

    /** Deletes what is left of recordings that were erased before a time; returns how many there were. */
    async prune(limit: number, { erasedBefore }: { erasedBefore: number }): Promise<number> {
      const { rowCount } = await prepared(
        knex,
        `delete from recordings where bot_id = any(array(
           select bot_id from recordings where state = 'erased' and updated_at < :before
           order by updated_at limit :limit for update skip locked))`,
        { before: new Date(erasedBefore), limit },
      );
      return rowCount;
    },

    /** Removes what belongs to a bot's recording, but not the recording's own row. */
    async clear(tx: Tx, botId: BotId): Promise<void> {
      for (const table of [
        'participants',
        'tracks',
        'chat',
        'speaking',
        'speeches',
        'pauses',
        'debug_artifacts',
        'artifact_parts',
        'artifacts',
        'video_streams',
        'video_tracks',
        'video_segments',
      ])
        await tx(table).where({ bot_id: botId }).delete();
    },
  };
}

/** A recording that must be there. Throws `not-found`. */
export function existing(recording: Recording | undefined, botId: BotId): Recording {
  if (recording) return recording;
  throw new AppError('not-found', 'no such recording', { fields: { botId } });
}

const toStored = (row: RecordingRow): StoredRecording => ({ ...fromRow(row), updatedAt: row.updated_at.getTime() });

function fromRow(row: RecordingRow): Recording {
  return {
    botId: row.bot_id as BotId,
    accountId: row.account_id as AccountId,
    state: row.state as RecordingState,
    startedAt: row.started_at.getTime(),
    epoch: row.epoch,
    shiftMs: row.shift_ms,
    idPrefix: row.id_prefix,
    owner: row.owner,
    durableSamples: row.durable_samples,
    durableSequence: row.durable_sequence,
    receivedSamples: row.heard_samples ?? undefined,
    missingSamples: row.missing_samples,
    endedAt: row.ended_at?.getTime(),
    pendingUntil: row.pending_until?.getTime(),
    endSamples: row.end_samples ?? undefined,
    storeTrouble: (row.store_trouble as Recording['storeTrouble'] | null) ?? undefined,
    droppedItems: row.dropped_items,
    bytes: row.bytes,
    sha256: row.sha256,
  };
}

function toRow(recording: Recording, now: number): RecordingRow {
  return {
    bot_id: recording.botId,
    account_id: recording.accountId,
    state: recording.state,
    started_at: new Date(recording.startedAt),
    epoch: recording.epoch,
    shift_ms: recording.shiftMs,
    id_prefix: recording.idPrefix,
    owner: recording.owner,
    durable_samples: recording.durableSamples,
    durable_sequence: recording.durableSequence,
    heard_samples: recording.receivedSamples ?? null,
    missing_samples: recording.missingSamples,
    ended_at: recording.endedAt === undefined ? null : new Date(recording.endedAt),
    pending_until: recording.pendingUntil === undefined ? null : new Date(recording.pendingUntil),
    updated_at: new Date(now),
    end_samples: recording.endSamples ?? null,
    store_trouble: recording.storeTrouble ?? null,
    dropped_items: recording.droppedItems,
    bytes: recording.bytes,
    sha256: recording.sha256,
  };
}
