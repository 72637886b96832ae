import type { Knex } from 'knex';

export interface IndexToCreate {
  readonly name: string;
  readonly table: string;
  /** What stands behind the table's name: method, columns, `include`, `where`. */
  readonly on: string;
  readonly isUnique?: boolean;
}

/** A table up to so many bytes is read in a moment, for which others can wait. */
const SMALL = 8 * 1024 * 1024;

/**
 * Makes an index while others write to its table, which takes minutes for a large one and waits for all transactions in
 * the database. Only in a migration without a transaction. What a try that was killed has left is invalid, used
 * by no query, and made anew.
 */
export async function createIndexConcurrently(
  knex: Knex,
  { name, table, on, isUnique = false }: IndexToCreate,
): Promise<void> {
  const { rows } = await knex.raw<{ rows: { is_valid: boolean | null; size: number }[] }>(
    `select pg_table_size(quote_ident(:table)::regclass) as size, (
       select indisvalid from pg_index join pg_class on pg_class.oid = indexrelid
       where relname = :name and relnamespace = current_schema()::regnamespace) as is_valid`,
    { table, name },
  );
  const [{ is_valid: isValid, size } = { is_valid: null, size: 0 }] = rows;
  if (isValid) return;
  if (isValid === false) await dropIndexConcurrently(knex, name);
  const index = (how: string) => `create ${isUnique ? 'unique ' : ''}index ${how} ?? on ?? ${on}`;
  if (size > SMALL) return void (await knex.raw(index('concurrently'), [name, table]));
  await atOnce(knex, index(''), [name, table]);
}

/** Drops an index without holding up those who use its table. Only in a migration without a transaction. */
export async function dropIndexConcurrently(knex: Knex, name: string): Promise<void> {
  const { rows } = await knex.raw<{ rows: { size: number }[] }>(
    `select pg_table_size(indrelid) as size from pg_index join pg_class on pg_class.oid = indexrelid
     where relname = ? and relnamespace = current_schema()::regnamespace`,
    [name],
  );
  const size = rows[0]?.size;
  if (size === undefined) return;
  if (size > SMALL) return void (await knex.raw('drop index concurrently ??', [name]));
  await atOnce(knex, 'drop index ??', [name]);
}

/** Other statements on the table wait behind this, so it does not wait for long itself; the migration is tried again. */
async function atOnce(knex: Knex, sql: string, names: readonly string[]): Promise<void> {
  await knex.transaction(async (tx) => {
    await tx.raw(`set local lock_timeout = '2s'`);
    await tx.raw(sql, names);
  });
}
