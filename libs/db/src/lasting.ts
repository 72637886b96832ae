import type { Tx } from './database.ts';

/**
 * Classes of PostgreSQL's SQLSTATE that mean: these rows will never be stored, however often it is tried. Data that cannot
 * be represented (22), constraints (23), limits of the program, as an index row's size (54).
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const lastingStates = /^(22|23|54)/;

/** Whether writing failed for what was to be written, which no later try will repair: neither the database's state nor the way to it. */
export function isLasting(error: unknown): boolean {
  // A value that has no form on the wire (a time beyond all dates, say) fails before it gets to the database.
  if (error instanceof RangeError || error instanceof TypeError) return true;
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && code.length === 5 && lastingStates.test(code);
}

/**
 * Does `work` so that the transaction goes on without it where it fails for a lasting reason, which is answered; undefined:
 * it is done. Any other failure is thrown.
 */
export async function tryAlone(tx: Tx, work: (tx: Tx) => Promise<unknown>): Promise<unknown> {
  try {
    // A transaction within one is a savepoint.
    await tx.transaction(async (inner) => void (await work(inner)));
    return undefined;
  } catch (error) {
    if (isLasting(error)) return error;
    throw error;
  }
}
