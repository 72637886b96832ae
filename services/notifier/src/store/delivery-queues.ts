import { prepared, translate, type Database, type Tx } from '@earshot/db';
import type { QueueHead } from '../domain/delivery.ts';
import { hashOf } from './url-hash.ts';
import { fromHeadRow, headsOf, type HeadRow } from './delivery-row.ts';

export type DeliveryQueues = ReturnType<typeof createDeliveryQueues>;

/** All messages of one bot to one address; they are sent one after the other. */
export interface DeliveryQueue {
  readonly queueId: number;
  /** `host:port` of the address. */
  readonly host: string;
}

/** What may be claimed: so many queues, so many of them at hosts that are not proven, and so many at each host. */
export interface ClaimRoom {
  readonly all: number;
  readonly unproven: number;
  readonly hosts: readonly string[];
  readonly free: readonly number[];
  readonly proven: readonly boolean[];
  /** Of a host that is not among `hosts`. */
  readonly fresh: number;
}

/** An instance and the queues it holds; others that bear its name were lost to an error. */
export interface Holder {
  readonly instanceId: string;
  readonly held: readonly number[];
}

/** How many due queues of proven hosts, and of others, one claim looks at; hosts without room are skipped before that. */
const SCAN = 1000;

/** When a queue is due again: when its first pending delivery is. */
const HEAD_IS_DUE = `(
  select next_attempt_at from deliveries
  where deliveries.line_id = lines.line_id and state = 'pending' order by position limit 1)`;

/**
 * The lines table, a row a queue. A claim binds it to an instance, and instances to a lease in `instances`: one row to renew,
 * not one for each queue. Whatever changes a queue's deliveries locks the queue first, in the order of (bot_id, url).
 */
export function createDeliveryQueues(database: Database) {
  const { knex } = database;

  return {
    /** Makes or finds the queues of these addresses and makes them due; locked until the transaction ends. */
    async open(tx: Tx, addresses: readonly { botId: string; url: string; host: string }[], now: number) {
      const { rows } = await prepared(
        tx,
        `insert into lines (bot_id, url, url_hash, host, due_at)
         select bot_id, url, ${hashOf('url')}, host, :now::timestamptz
         from unnest(:bots::text[], :urls::text[], :hosts::text[]) as address (bot_id, url, host)
         order by bot_id, url
         on conflict (bot_id, url_hash) do update set
           due_at = coalesce(lines.due_at, excluded.due_at)
         returning line_id, bot_id, url, host`,
        {
          now: new Date(now),
          bots: addresses.map(({ botId }) => botId),
          urls: addresses.map(({ url }) => url),
          hosts: addresses.map(({ host }) => host),
        },
      );
      return (rows as { line_id: number; bot_id: string; url: string; host: string }[]).map((row) => ({
        queueId: row.line_id,
        botId: row.bot_id,
        url: row.url,
        host: row.host,
      }));
    },

    /** Releases queues that nobody holds: of instances that died, and those that the caller lost to an error. */
    async reclaim({ instanceId, held }: Holder): Promise<void> {
      try {
        await prepared(
          knex,
          `update lines set claimed_by = null where line_id in (
             select line_id from lines
             where claimed_by is not null and case when claimed_by = :me
               then line_id not in (select unnest(:held::bigint[]))
               else claimed_by not in (select instance_id from instances where alive_until > clock_timestamp()) end
             for update skip locked)`,
          { me: instanceId, held },
        );
      } catch (error) {
        throw translate(error);
      }
    },

    /** Claims due queues that nobody holds, the longest due first, as far as there is room. */
    async claim(options: Holder & { now: number; room: ClaimRoom }): Promise<DeliveryQueue[]> {
      const { room } = options;
      const known = (fits: (free: number, isProven: boolean) => boolean) =>
        room.hosts.filter((_, index) => fits(room.free[index] ?? 0, room.proven[index] ?? false));
      // What the caller holds it never claims, even if its lease ran out while the database was away. Lists are asked for
      // as tables, which are looked up and not read through for each queue; what was found as an array, since the plan is made
      // without knowing how little that is, and would read all queues for a table of it.
      const due = `due_at <= :now and claimed_by is null and line_id not in (select unnest(:held::bigint[]))`;
      try {
        const { rows } = await prepared(
          knex,
          `with candidates as materialized (
             (select line_id, host, due_at, true as proven from lines where ${due} and host in (select unnest(:proven::text[]))
              order by due_at limit ${SCAN})
             union all
             (select line_id, host, due_at, false from lines where ${due} and host not in (select unnest(:closed::text[])) and :unproven > 0
              order by due_at limit ${SCAN})),
           ranked as (
             select *, row_number() over (partition by host order by due_at) as place from candidates),
           open as (
             select *, row_number() over (partition by proven order by due_at) as turn from ranked
             left join unnest(:hosts::text[], :free::int[]) as room (name, free) on name = host
             where place <= coalesce(free, :fresh)),
           picked as (
             select line_id from lines
             where line_id = any(array(select line_id from open where proven or turn <= :unproven))
               and due_at <= :now and claimed_by is null
             order by due_at limit :all for update skip locked)
           update lines set claimed_by = :me where line_id = any(array(select line_id from picked))
           returning line_id, host`,
          {
            me: options.instanceId,
            now: new Date(options.now),
            held: options.held,
            hosts: room.hosts,
            free: room.free,
            fresh: room.fresh,
            all: room.all,
            unproven: room.unproven,
            proven: known((free, isProven) => isProven && free > 0),
            closed: known((free, isProven) => isProven || free === 0),
          },
        );
        return fromQueueRows(rows);
      } catch (error) {
        throw translate(error);
      }
    },

    /** Claims those of these queues that are due and that nobody holds. */
    async claimThese({
      instanceId,
      queueIds,
      now,
    }: {
      instanceId: string;
      queueIds: readonly number[];
      now: number;
    }): Promise<DeliveryQueue[]> {
      try {
        const { rows } = await prepared(
          knex,
          `with picked as (
             select line_id from lines
             where line_id = any(:ids::bigint[]) and due_at <= :now and claimed_by is null
             for update skip locked)
           update lines set claimed_by = :me where line_id = any(array(select line_id from picked))
           returning line_id, host`,
          { me: instanceId, ids: queueIds, now: new Date(now) },
        );
        return fromQueueRows(rows);
      } catch (error) {
        throw translate(error);
      }
    },

    /** Locks queues until the transaction ends and answers which of them `instanceId` still holds. */
    async lock(tx: Tx, queueIds: readonly number[], instanceId: string): Promise<Set<number>> {
      const { rows } = await prepared(
        tx,
        `select line_id, claimed_by = :me as mine from lines
         where line_id = any(:ids::bigint[]) order by bot_id, url for update`,
        { ids: queueIds, me: instanceId },
      );
      const locked = rows as { line_id: number; mine: boolean | null }[];
      return new Set(locked.filter(({ mine }) => mine).map((row) => row.line_id));
    },

    /** Locks every queue of a bot until the transaction ends. */
    async lockBot(tx: Tx, botId: string): Promise<void> {
      await tx.raw('select 1 from lines where bot_id = ? order by bot_id, url for update', [botId]);
    },

    /** Locks the queues of these deliveries until the transaction ends, and answers which they are. */
    async lockOf(tx: Tx, positions: readonly number[]): Promise<number[]> {
      const { rows } = await tx.raw(
        `select line_id from lines where line_id in (select line_id from deliveries where position = any(?::bigint[]))
         order by bot_id, url for update`,
        [[...positions]],
      );
      return (rows as { line_id: number }[]).map((row) => row.line_id);
    },

    /** Deletes those of these locked queues that have no delivery. */
    async deleteEmpty(tx: Tx, queueIds: readonly number[]): Promise<void> {
      await prepared(
        tx,
        `delete from lines where line_id = any(?::bigint[]) and claimed_by is null
           and not exists (select from deliveries where deliveries.line_id = lines.line_id)`,
        [[...queueIds]],
      );
    },

    /** Answers the heads of those of `going` that are due, and releases all other locked queues: due when their heads are. */
    async advanceOrRelease(
      tx: Tx,
      { locked, going, now }: { locked: readonly number[]; going: readonly number[]; now: number },
    ): Promise<Map<number, QueueHead>> {
      const { rows } = await prepared(
        tx,
        `with head as materialized (
           select * from (${headsOf(':going')}) as first where next_attempt_at <= :now),
         released as (
           update lines set claimed_by = null, due_at = ${HEAD_IS_DUE}
           where line_id in (select unnest(:locked::bigint[]) except select line_id from head))
         select * from head`,
        { locked, going, now: new Date(now) },
      );
      return new Map((rows as HeadRow[]).map((row) => [row.line_id, fromHeadRow(row)]));
    },

    /** Makes locked queues due for what was put back into them. */
    async reschedule(tx: Tx, queueIds: readonly number[]): Promise<void> {
      if (queueIds.length === 0) return;
      await tx.raw(`update lines set due_at = ${HEAD_IS_DUE} where line_id = any(?::bigint[])`, [[...queueIds]]);
    },
  };
}

function fromQueueRows(rows: unknown): DeliveryQueue[] {
  return (rows as { line_id: number; host: string }[]).map((row) => ({ queueId: row.line_id, host: row.host }));
}
