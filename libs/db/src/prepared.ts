import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Queryable } from './database.ts';

const names = new Map<string, string>();

/**
 * A statement that runs many times a second: the server plans it once for each connection, where planning it costs more
 * than running it. Its text is to be a constant, since the server keeps each for as long as the connection lasts.
 */
export function prepared(
  query: Pick<Queryable, 'raw'>,
  sql: string,
  bindings: Readonly<Record<string, unknown>> | readonly unknown[],
): Knex.Raw {
  return query.raw(sql, bindings as Knex.ValueDict).options({ name: nameOf(sql) });
}

/** Names are short in PostgreSQL (63 bytes), and differ for two texts. */
function nameOf(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) names.set(sql, (name = createHash('sha256').update(sql).digest('hex').slice(0, 32)));
  return name;
}
