import { translate, type Database, type Queryable } from '@earshot/db';
import type { DeliveryRecord } from '../domain/delivery.ts';
import { fromRecordRow, recordColumns, type RecordRow } from './delivery-row.ts';

export type DeadDeliveries = ReturnType<typeof createDeadDeliveries>;

/** Dead deliveries of an account: stored in [from, until), in milliseconds since 1970, after the one at a position. */
export interface DeadRange {
  readonly accountId: string;
  readonly from: number | undefined;
  readonly until: number | undefined;
  readonly afterPosition: number;
  readonly limit: number;
}

const inRange = `account_id = :accountId and state = 'dead' and erased_at is null and position > :afterPosition
  and created_at >= coalesce(:from::timestamptz, '-infinity') and created_at < coalesce(:until::timestamptz, 'infinity')
  order by position limit :limit`;

/** What was given up and can still be delivered, over all bots of an account. */
export function createDeadDeliveries(database: Database) {
  async function ask(columns: string, range: DeadRange, query: Pick<Queryable, 'raw'>): Promise<unknown> {
    try {
      const { rows } = await query.raw(`select ${columns} from deliveries where ${inRange}`, {
        accountId: range.accountId,
        afterPosition: range.afterPosition,
        limit: range.limit,
        from: range.from === undefined ? null : new Date(range.from),
        until: range.until === undefined ? null : new Date(range.until),
      });
      return rows;
    } catch (error) {
      throw translate(error);
    }
  }

  return {
    /** Oldest first, each with its attempts and its position. */
    async list(range: DeadRange): Promise<{ position: number; record: DeliveryRecord }[]> {
      const rows = (await ask(`position, ${recordColumns}`, range, database.knex)) as (RecordRow & {
        position: number;
      })[];
      return rows.map((row) => ({ position: row.position, record: fromRecordRow(row) }));
    },

    /** The positions of the oldest. */
    async positions(range: DeadRange): Promise<number[]> {
      const rows = (await ask('position', range, database.knex)) as { position: number }[];
      return rows.map(({ position }) => position);
    },
  };
}
