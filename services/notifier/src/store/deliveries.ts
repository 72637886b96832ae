import type { AccountId } from '@earshot/kernel';
import { prepared, translate, type Database, type Tx } from '@earshot/db';
import type { Attempt, DeliveryRecord, QueueHead, Message } from '../domain/delivery.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { EndpointKey } from '../domain/endpoint.ts';
import { hashOf } from './url-hash.ts';
import { fromHeadRow, fromRecordRow, headsOf, recordColumns, type HeadRow, type RecordRow } from './delivery-row.ts';

export type Deliveries = ReturnType<typeof createDeliveries>;

/** What came of one attempt at one delivery. */
export interface Outcome extends EndpointKey {
  readonly position: number;
  readonly attempt: Attempt;
  readonly verdict: Verdict;
}

export interface NewDelivery {
  readonly queueId: number;
  readonly message: Message;
  /** The data of its bot is erased: nothing of it stays once it was delivered or given up. */
  readonly isErased: boolean;
}

/** A delivery that was made pending again: its queue is due, and its address to be used. */
export interface Requeued extends EndpointKey {
  readonly queueId: number;
}

const date = (ms: number | undefined) => (ms === undefined ? null : new Date(ms));

/** The deliveries and attempts tables. Their queues are locked by whoever changes them. */
export function createDeliveries(database: Database) {
  const { knex } = database;

  return {
    /**
     * Stores messages in their order; those whose message_id is known are passed over. Messages to a disabled address
     * are dead on arrival; one that is stored while its address is being disabled is given up by its queue.
     */
    async insert(tx: Tx, fresh: readonly NewDelivery[], now: number): Promise<void> {
      const column = <T>(read: (delivery: NewDelivery) => T) => fresh.map(read);
      await prepared(
        tx,
        `insert into deliveries
           (message_id, line_id, account_id, bot_id, url, body, content_type, label, traceparent, state, created_at,
            next_attempt_at, settled_at, erase_requested)
         select message_id, line_id, account_id, bot_id, url, body, content_type, label, trace, state, :now::timestamptz,
           case when state = 'pending' then :now::timestamptz end, case when state <> 'pending' then :now::timestamptz end,
           is_erased
         from unnest(:messages::text[], :queues::bigint[], :accounts::text[], :bots::text[], :urls::text[],
           :bodies::bytea[], :types::text[], :labels::text[], :traces::text[], :erased::boolean[]) with ordinality
           as fresh (message_id, line_id, account_id, bot_id, url, body, content_type, label, trace, is_erased, place)
         left join lateral (
           select case when exists (
             select 1 from endpoints
             where endpoints.account_id = fresh.account_id and endpoints.url_hash = ${hashOf('fresh.url')} and disabled_at is not null)
             then 'dead' else 'pending' end as state) as judged on true
         order by place
         on conflict (message_id) do nothing`,
        {
          now: new Date(now),
          messages: column(({ message }) => message.messageId),
          queues: column(({ queueId }) => queueId),
          accounts: column(({ message }) => message.accountId),
          bots: column(({ message }) => message.botId),
          urls: column(({ message }) => message.url),
          bodies: column(({ message }) => message.body),
          types: column(({ message }) => message.contentType),
          labels: column(({ message }) => message.label),
          traces: column(({ message }) => message.traceparent ?? null),
          erased: column(({ isErased }) => isErased),
        },
      );
    },

    /** The first pending delivery of each queue that has one. */
    async heads(queueIds: readonly number[]): Promise<Map<number, QueueHead>> {
      if (queueIds.length === 0) return new Map();
      try {
        const { rows } = await prepared(knex, headsOf('?'), [[...queueIds]]);
        return new Map((rows as HeadRow[]).map((row) => [row.line_id, fromHeadRow(row)]));
      } catch (error) {
        throw translate(error);
      }
    },

    /** Writes attempts down and moves their deliveries, as far as those are still pending. */
    async settle(tx: Tx, outcomes: readonly Outcome[], now: number): Promise<void> {
      if (outcomes.length === 0) return;
      const column = <T>(read: (outcome: Outcome) => T) => outcomes.map(read);
      await prepared(
        tx,
        `with outcome as (
           select * from unnest(:positions::bigint[], :ats::timestamptz[], :statuses::int[], :latencies::int[],
             :errors::text[], :excerpts::text[], :states::text[], :dues::timestamptz[])
             as outcome (position, at, status, latency_ms, error, excerpt, state, due_at)),
         noted as (
           insert into attempts (position, at, status, latency_ms, error, response_excerpt)
           select position, at, status, latency_ms, error, case when erase_requested then '' else excerpt end
           from outcome join deliveries using (position))
         update deliveries set
           state = outcome.state,
           tries = tries + 1,
           next_attempt_at = outcome.due_at,
           settled_at = case when outcome.state <> 'pending' then :now::timestamptz end,
           body = case when outcome.state <> 'pending' and erase_requested then ''::bytea else body end,
           erased_at = case when outcome.state <> 'pending' and erase_requested then :now::timestamptz end
         from outcome where deliveries.position = outcome.position and deliveries.state = 'pending'`,
        {
          now: new Date(now),
          positions: column(({ position }) => position),
          ats: column(({ attempt }) => new Date(attempt.at)),
          statuses: column(({ attempt }) => attempt.status),
          latencies: column(({ attempt }) => attempt.latencyMs),
          errors: column(({ attempt }) => attempt.error),
          excerpts: column(({ attempt }) => attempt.responseExcerpt),
          states: column(({ verdict }) => verdict.state),
          dues: column(({ verdict }) => date(verdict.state === 'pending' ? verdict.dueAt : undefined)),
        },
      );
    },

    /** Gives up all that is pending in these queues. */
    async giveUp(tx: Tx, queueIds: readonly number[], now: number): Promise<void> {
      if (queueIds.length === 0) return;
      await tx.raw(
        `update deliveries set state = 'dead', next_attempt_at = null, settled_at = :now,
           body = case when erase_requested then ''::bytea else body end,
           erased_at = case when erase_requested then :now::timestamptz end
         where line_id = any(:ids::bigint[]) and state = 'pending'`,
        { now: new Date(now), ids: queueIds },
      );
    },

    /** Makes settled deliveries of a bot pending and due, all dead ones or those named. */
    async requeue(
      tx: Tx,
      botId: string,
      { accountId, messageIds, now }: { accountId: AccountId; messageIds: readonly string[]; now: number },
    ): Promise<Requeued[]> {
      const chosen =
        messageIds.length === 0 ? `state = 'dead'` : `state <> 'pending' and message_id = any(:ids::text[])`;
      const { rows } = await tx.raw(
        `update deliveries set state = 'pending', tries = 0, next_attempt_at = :now, settled_at = null
         where bot_id = :botId and account_id = :accountId and erased_at is null and ${chosen}
         returning line_id, account_id, url`,
        { botId, accountId, now: new Date(now), ids: messageIds },
      );
      return fromRequeuedRows(rows);
    },

    /** Makes these deliveries pending and due, as far as they are still dead and have a body. */
    async requeueDead(tx: Tx, positions: readonly number[], now: number): Promise<Requeued[]> {
      const { rows } = await tx.raw(
        `update deliveries set state = 'pending', tries = 0, next_attempt_at = :now, settled_at = null
         where position = any(:positions::bigint[]) and state = 'dead' and erased_at is null
         returning line_id, account_id, url`,
        { now: new Date(now), positions },
      );
      return fromRequeuedRows(rows);
    },

    /** Empties the bodies and excerpts of a bot's settled deliveries and marks the others; answers how many it emptied. */
    async erase(tx: Tx, botId: string, now: number): Promise<number> {
      await tx.raw(
        `update attempts set response_excerpt = '' where response_excerpt <> ''
           and position in (select position from deliveries where bot_id = ?)`,
        [botId],
      );
      const { rows } = await tx.raw(
        `with marked as (
           update deliveries set erase_requested = true,
             body = case when state = 'pending' then body else ''::bytea end,
             erased_at = case when state <> 'pending' then :now::timestamptz end
           where bot_id = :botId and erased_at is null and not (state = 'pending' and erase_requested)
           returning erased_at)
         select count(erased_at) as emptied from marked`,
        { botId, now: new Date(now) },
      );
      return (rows as { emptied: number }[])[0]?.emptied ?? 0;
    },

    /** Deliveries that were settled before a time, oldest first, by their positions. */
    async settledBefore(
      limit: number,
      { state, before }: { state: 'delivered' | 'dead'; before: number },
    ): Promise<number[]> {
      try {
        // The state stands in the text, as the index has it: a bound value would keep it from being used.
        const { rows } = await prepared(
          knex,
          `select position from deliveries where state = '${state}' and settled_at < ? order by settled_at limit ?`,
          [new Date(before), limit],
        );
        return (rows as { position: number }[]).map(({ position }) => position);
      } catch (error) {
        throw translate(error);
      }
    },

    /** Deletes these deliveries, as far as they are still settled, with their attempts. Their queues are locked. */
    async delete(tx: Tx, positions: readonly number[]): Promise<void> {
      await prepared(
        tx,
        `with old as materialized (
           select position from deliveries where position = any(?::bigint[]) and state <> 'pending'),
         tried as (delete from attempts where position = any(array(select position from old)) returning position)
         select count(*) from tried`,
        [[...positions]],
      );
      await prepared(tx, `delete from deliveries where position = any(?::bigint[]) and state <> 'pending'`, [
        [...positions],
      ]);
    },

    /** An account's deliveries about a bot, oldest first, each with its attempts. */
    async list(botId: string, accountId: AccountId): Promise<DeliveryRecord[]> {
      try {
        const { rows } = await knex.raw(
          `select ${recordColumns} from deliveries where bot_id = ? and account_id = ? order by position`,
          [botId, accountId],
        );
        return (rows as RecordRow[]).map(fromRecordRow);
      } catch (error) {
        throw translate(error);
      }
    },
  };
}

function fromRequeuedRows(rows: unknown): Requeued[] {
  return (rows as { line_id: number; account_id: AccountId; url: string }[]).map((row) => ({
    queueId: row.line_id,
    accountId: row.account_id,
    url: row.url,
  }));
}
