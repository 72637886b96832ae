import type { BotId } from '@earshot/kernel';
import { prepared, type Database, type Queryable, type Tx } from '@earshot/db';
import type { Erasure } from '../domain/erasure.ts';

interface ErasureRow {
  bot_id: string;
  due_at: Date;
  next_try_at: Date;
  is_settled: boolean;
  is_heard: boolean;
  done_at: Date | null;
  deleted_objects: number;
  attempts: number;
}

export type Erasures = ReturnType<typeof createErasures>;

/** The erasures table. */
export function createErasures({ knex }: Database) {
  const one = (query: Queryable, botId: BotId) => query<ErasureRow>('erasures').where({ bot_id: botId });
  return {
    async find(botId: BotId): Promise<Erasure | undefined> {
      const row = await one(knex, botId).first();
      return row && fromRow(row);
    },

    async lock(tx: Tx, botId: BotId): Promise<Erasure | undefined> {
      const row = await one(tx, botId).forUpdate().first();
      return row && fromRow(row);
    },

    /** Plans an erasure; one that is planned keeps its time. */
    async plan(tx: Tx, { botId, dueAt }: { botId: BotId; dueAt: number }): Promise<void> {
      const at = new Date(dueAt);
      await tx('erasures')
        .insert({ bot_id: botId, due_at: at, next_try_at: at, is_settled: false })
        .onConflict('bot_id')
        .ignore();
    },

    async settle(tx: Tx, botId: BotId, { isHeard }: { isHeard: boolean }): Promise<void> {
      await one(tx, botId).update({ is_settled: true, ...(isHeard ? { is_heard: true } : {}) });
    },

    /** One erasure whose time has come, locked while it is carried out; other replicas take others. */
    async lockDue(tx: Tx, now: number): Promise<Erasure | undefined> {
      const row = await tx<ErasureRow>('erasures')
        .whereNull('done_at')
        // As the index has it: a bound value would keep it from being used.
        .whereRaw('is_settled')
        .where('next_try_at', '<=', new Date(now))
        .orderBy('next_try_at')
        .forUpdate()
        .skipLocked()
        .first();
      return row && fromRow(row);
    },

    async markDone(
      tx: Tx,
      botId: BotId,
      { at, deletedObjects }: { at: number; deletedObjects: number },
    ): Promise<void> {
      await one(tx, botId)
        .update({ done_at: new Date(at), deleted_objects: deletedObjects })
        .increment('attempts', 1);
    },

    async markFailed(tx: Tx, botId: BotId, { nextTryAt }: { nextTryAt: number }): Promise<void> {
      await one(tx, botId)
        .update({ next_try_at: new Date(nextTryAt) })
        .increment('attempts', 1);
    },

    /** Forgets erasures that were carried out before a time; answers how many there were. */
    async prune(limit: number, { doneBefore }: { doneBefore: number }): Promise<number> {
      const { rowCount } = await prepared(
        knex,
        `delete from erasures where bot_id = any(array(
           select bot_id from erasures where done_at < :before order by done_at limit :limit for update skip locked))`,
        { before: new Date(doneBefore), limit },
      );
      return rowCount;
    },

    /** Brings an erasure forward. */
    async hasten(tx: Tx, botId: BotId, now: number): Promise<void> {
      await one(tx, botId)
        .whereNull('done_at')
        .update({ due_at: new Date(now), next_try_at: new Date(now) });
    },
  };
}

function fromRow(row: ErasureRow): Erasure {
  return {
    botId: row.bot_id as BotId,
    dueAt: row.due_at.getTime(),
    isSettled: row.is_settled,
    isHeard: row.is_heard,
    doneAt: row.done_at?.getTime(),
    deletedObjects: row.deleted_objects,
    attempts: row.attempts,
  };
}
