import { createHash } from 'node:crypto';
import {
  AppError,
  type AccountId,
  type BotId,
  type JoinerId,
  type TranscriptId,
  type AssignmentRef,
  type BotState,
} from '@earshot/kernel';
import { currentTraceparent, isUniqueViolation, prepared, type Database, type Queryable, type Tx } from '@earshot/db';
import type { Bot, EndedBot } from '../domain/bot.ts';
import { assignedStates, waitingStates } from '../domain/bot-state.ts';
import { fromRow, toRow, type BotRow } from './bot-row.ts';

/**
 * Conditions that partial indexes are for stand in the text of a statement as they stand in the index: plans are made for any
 * values, and for bound ones no such index would do.
 */
const oneOf = (states: readonly BotState[]) => `state in (${states.map((state) => `'${state}'`).join(', ')})`;
const isWaiting = oneOf(waitingStates);
const isHeldState = oneOf(assignedStates);

export type Bots = ReturnType<typeof createBots>;

/** The bots table. */
export function createBots(database: Database) {
  const { knex } = database;
  const one = (query: Queryable, botId: BotId) => query<BotRow>('bots').where({ bot_id: botId });

  return {
    /** Stores a new bot; answers false when the account has used the key before. */
    async insert(tx: Tx, bot: Bot, options: { dueAt: number; idempotencyKey: string | undefined }): Promise<boolean> {
      const row = {
        ...toRow(bot),
        due_at: new Date(options.dueAt),
        idempotency_key: hashed(options.idempotencyKey),
        // What happens to the bot hours later still belongs to the request that ordered it.
        traceparent: currentTraceparent(),
      };
      try {
        await tx.transaction((savepoint) => savepoint('bots').insert(row));
        return true;
      } catch (error) {
        if (isUniqueViolation(error)) return false;
        throw error;
      }
    },

    async find(botId: BotId, query: Queryable = knex): Promise<Bot | undefined> {
      const row = await one(query, botId).first();
      return row && fromRow(row);
    },

    async findByTranscript(transcriptId: TranscriptId): Promise<Bot | undefined> {
      const row = await knex<BotRow>('bots').where({ transcript_id: transcriptId }).first();
      return row && fromRow(row);
    },

    /** The bot, locked until the transaction ends: its events get their order here. */
    async lock(tx: Tx, botId: BotId): Promise<Bot> {
      const row = await one(tx, botId).forUpdate().first();
      if (!row) throw new AppError('not-found', 'no such bot', { fields: { botId } });
      return fromRow(row);
    },

    async findByKey(tx: Tx, account: AccountId, idempotencyKey: string): Promise<Bot | undefined> {
      const row = await tx<BotRow>('bots')
        .where({ account_id: account, idempotency_key: hashed(idempotencyKey) })
        .first();
      return row && fromRow(row);
    },

    /** Visits that ended at or after `since` and whose data is not erased, the first to end first. */
    async listEnded({
      since,
      after,
      limit,
    }: {
      since: number;
      after: { at: number; botId: BotId } | undefined;
      limit: number;
    }): Promise<EndedBot[]> {
      const [at, botId] = after ? [after.at, after.botId] : [since, '00000000-0000-0000-0000-000000000000'];
      const { rows } = await knex.raw(
        `select bot_id, ended_at, state, (spec->>'retentionHours')::int as retention_hours from bots
         where ended_at is not null and erased_at is null and (ended_at, bot_id) > (?::timestamptz, ?::uuid)
         order by ended_at, bot_id limit ?`,
        [new Date(at), botId, limit],
      );
      return (rows as (BotRow & { ended_at: Date; retention_hours: number })[]).map((row) => ({
        botId: row.bot_id as BotId,
        state: row.state as EndedBot['state'],
        endedAt: row.ended_at.getTime(),
        retentionHours: row.retention_hours,
      }));
    },

    /** Writes a bot that was locked in this transaction. */
    async save(tx: Tx, bot: Bot): Promise<void> {
      await one(tx, bot.botId).update(toRow(bot));
    },

    /** Due bots without a joiner, locked; skips those that another claimer is taking. */
    async lockClaimable(tx: Tx, { now, limit }: { now: number; limit: number }): Promise<Bot[]> {
      const rows = await tx<BotRow>('bots')
        .whereRaw(isWaiting)
        .where('due_at', '<=', new Date(now))
        .orderBy('due_at')
        .limit(limit)
        .forUpdate()
        .skipLocked();
      return rows.map(fromRow);
    },

    /** Bots whose lease ended before `before`, locked, and when each did. */
    async lockExpired(
      tx: Tx,
      { before, limit }: { before: number; limit: number },
    ): Promise<(Bot & { leaseUntil: number })[]> {
      const rows = await tx<BotRow>('bots')
        .whereRaw(isHeldState)
        .where('lease_until', '<', new Date(before))
        .orderBy('lease_until')
        .limit(limit)
        .forUpdate()
        .skipLocked();
      return rows.map((row) => ({ ...fromRow(row), leaseUntil: row.lease_until?.getTime() ?? before }));
    },

    /** Ends no lease later than `until`, whatever the time was when it was renewed. */
    async boundLeases(until: number): Promise<void> {
      await knex<BotRow>('bots')
        .whereRaw(isHeldState)
        .where('lease_until', '>', new Date(until))
        .update({ lease_until: new Date(until) });
    },

    /** Postpones a bot whose transition fails to `until`, so that those behind it have their turn. */
    async postpone(botId: BotId, until: number): Promise<void> {
      await one(knex, botId)
        .whereRaw(`(${isWaiting} or ${isHeldState})`)
        .update({
          due_at: knex.raw(`case when ${isWaiting} then ?::timestamptz else due_at end`, [new Date(until)]),
          lease_until: knex.raw(`case when ${isHeldState} then ?::timestamptz else lease_until end`, [new Date(until)]),
        });
    },

    /** Sets when the lease of these assignments ends, as far as the joiner still holds them. */
    async renew(
      refs: readonly AssignmentRef[],
      { query = knex, ...lease }: { joinerId: JoinerId; until: number; query?: Queryable },
    ) {
      if (refs.length === 0) return;
      await prepared(
        query,
        `update bots set lease_until = :until
         from unnest(:bots::uuid[], :epochs::bigint[]) as seat (bot_id, epoch)
         where bots.bot_id = seat.bot_id and bots.epoch = seat.epoch and joiner_id = :joinerId and ${isHeldState}`,
        {
          until: new Date(lease.until),
          bots: refs.map(({ botId }) => botId),
          epochs: refs.map(({ epoch }) => epoch),
          joinerId: lease.joinerId,
        },
      );
    },

    /** Deletes tombstones of bots that were erased before a time; answers how many there were. */
    async prune(limit: number, { erasedBefore }: { erasedBefore: number }): Promise<number> {
      const { rowCount } = await prepared(
        knex,
        `delete from bots where bot_id = any(array(
           select bot_id from bots where erased_at < :before order by erased_at limit :limit for update skip locked))`,
        { before: new Date(erasedBefore), limit },
      );
      return rowCount;
    },

    /** Forgets by which keys bots were ordered before a time; answers how many there were. */
    async forgetKeys(limit: number, { createdBefore }: { createdBefore: number }): Promise<number> {
      const { rowCount } = await prepared(
        knex,
        `update bots set idempotency_key = null where bot_id = any(array(
           select bot_id from bots where idempotency_key is not null and created_at < :before
           order by created_at limit :limit for update skip locked))`,
        { before: new Date(createdBefore), limit },
      );
      return rowCount;
    },

    /**
     * The bots that a joiner is supposed to hold, and those that it held when its lease expired and that no other joiner has taken
     * since: as both were at one moment, so that one which is expiring is among either.
     */
    async assignedTo(joinerId: JoinerId): Promise<{ readonly held: Bot[]; readonly lost: Bot[] }> {
      const ofJoiner = (states: string) => knex<BotRow>('bots').where({ joiner_id: joinerId }).whereRaw(states);
      // Together they would be read by no index.
      const rows: BotRow[] = await ofJoiner(isHeldState).unionAll(ofJoiner(oneOf(['queued'])));
      const bots = rows.map(fromRow);
      const isLost = ({ state }: Bot) => state === 'queued';
      return { held: bots.filter((bot) => !isLost(bot)), lost: bots.filter(isLost) };
    },
  };
}

/** Keys are of any length, and may say whom a bot is for: only whether one was used before is to be known. */
function hashed(key: string | undefined): string | null {
  return key === undefined ? null : `sha256:${createHash('sha256').update(key).digest('hex')}`;
}
