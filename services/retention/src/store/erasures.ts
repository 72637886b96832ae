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
  lease_until: Date | null;
  close_at: Date | null;
}

export type Erasures = ReturnType<typeof createErasures>;

/** The erasures table. Times are milliseconds since 1970. */
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

    async settle(tx: Tx, botId: BotId, { isEndAnnounced }: { isEndAnnounced: boolean }): Promise<void> {
      await one(tx, botId).update({ is_settled: true, ...(isEndAnnounced ? { is_heard: true } : {}) });
    },

    /** One due erasure without a lease; it is the caller's until then. */
    async claimDue({ now, until }: { now: number; until: number }): Promise<Erasure | undefined> {
      const { rows } = await prepared(
        knex,
        `update erasures set lease_until = :until where bot_id = (
           select bot_id from erasures
           where done_at is null and is_settled and next_try_at <= :now and (lease_until is null or lease_until <= :now)
           order by next_try_at limit 1 for update skip locked)
         returning *`,
        { now: new Date(now), until: new Date(until) },
      );
      const row = (rows as ErasureRow[])[0];
      return row && fromRow(row);
    },

    /** Renews the lease of an erasure. */
    async renew(botId: BotId, until: number, query: Queryable = knex): Promise<void> {
      await one(query, botId).update({ lease_until: new Date(until) });
    },

    async markDone(
      tx: Tx,
      botId: BotId,
      about: { at: number; deletedObjects: number; closeAt: number },
    ): Promise<void> {
      await one(tx, botId)
        .update({
          done_at: new Date(about.at),
          deleted_objects: about.deletedObjects,
          close_at: new Date(about.closeAt),
          lease_until: null,
        })
        .increment('attempts', 1);
    },

    async markFailed(tx: Tx, botId: BotId, { nextTryAt }: { nextTryAt: number }): Promise<void> {
      await one(tx, botId)
        .update({ next_try_at: new Date(nextTryAt), lease_until: null })
        .increment('attempts', 1);
    },

    /** Which of these bots have a plan. */
    async known(botIds: readonly BotId[]): Promise<ReadonlySet<string>> {
      const rows = await knex<ErasureRow>('erasures')
        .whereIn('bot_id', [...botIds])
        .select('bot_id');
      return new Set(rows.map((row) => row.bot_id));
    },

    /** Bots whose time has come and whose final fact never came. */
    async unsettled({ now, limit }: { now: number; limit: number }): Promise<BotId[]> {
      const { rows } = await knex.raw(
        `select bot_id from erasures where done_at is null and not is_settled and next_try_at <= ?
         order by next_try_at limit ?`,
        [new Date(now), limit],
      );
      return (rows as ErasureRow[]).map((row) => row.bot_id as BotId);
    },

    /** Leaves an erasure that is not settled alone until then. */
    async postpone(tx: Tx, botId: BotId, until: number): Promise<void> {
      await one(tx, botId)
        .where({ is_settled: false })
        .update({ next_try_at: new Date(until) });
    },

    /** Makes erasures that are done due to be closed. */
    async hastenClosing(botIds: readonly BotId[], now: number): Promise<void> {
      await knex.raw(
        `update erasures set close_at = least(close_at, :now) where bot_id = any(:botIds::uuid[]) and close_at is not null`,
        { botIds: [...botIds], now: new Date(now) },
      );
    },

    /** One that is due to be closed; it is the caller's until then. */
    async claimClosing({ now, until }: { now: number; until: number }): Promise<BotId | undefined> {
      const { rows } = await prepared(
        knex,
        `update erasures set close_at = :until where bot_id = (
           select bot_id from erasures where close_at is not null and close_at <= :now
           order by close_at limit 1 for update skip locked)
         returning bot_id`,
        { now: new Date(now), until: new Date(until) },
      );
      return (rows as ErasureRow[])[0]?.bot_id as BotId | undefined;
    },

    /** Nothing is kept of the bot any more. */
    async markClosed(botId: BotId): Promise<void> {
      await one(knex, botId).update({ close_at: null });
    },

    /** Deletes erasures that were carried out before a time; answers how many there were. */
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
    async expedite(tx: Tx, botId: BotId, now: number): Promise<void> {
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
    isEndAnnounced: row.is_heard,
    doneAt: row.done_at?.getTime(),
    deletedObjects: row.deleted_objects,
    attempts: row.attempts,
    leaseUntil: row.lease_until?.getTime(),
  };
}
