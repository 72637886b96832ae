import type { Knex } from 'knex';
import type { Tx } from '@earshot/db';

/** PostgreSQL limits a statement to 65535 parameters; the widest row has nine. */
const ROWS_PER_INSERT = 1000;

/** Inserts rows a thousand at a time; `conflict` decides on those that are there. */
export async function insertInParts<Row extends object>(
  tx: Tx,
  { table, rows }: { table: string; rows: readonly Row[] },
  conflict: (insert: Knex.QueryBuilder) => Knex.QueryBuilder,
): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT)
    await conflict(tx(table).insert(rows.slice(at, at + ROWS_PER_INSERT)));
}
