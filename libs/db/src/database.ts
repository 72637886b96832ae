import type { Knex } from 'knex';
import { connect } from './connect.ts';
import { translate } from './errors.ts';

export type Tx = Knex.Transaction;
/** Where a statement may run: on its own, or inside a transaction. */
export type Queryable = Knex | Knex.Transaction;

/**
 * Tables that work passes through grow and empty faster than their statistics follow, and a plan made for an empty one
 * reads the full one from end to end; so a statement that has an index to go by goes by it. Plain scans of it mark what is
 * gone, which those after them pass over; bitmap scans meet it again until the next vacuum. Compiling costs more than it saves,
 * and so does planning a prepared statement again for each of its calls.
 */
const planning = {
  ...{ enable_seqscan: 'off', enable_bitmapscan: 'off', jit: 'off', plan_cache_mode: 'force_generic_plan' },
};
/** No caller waits longer for an answer, and no lock of a client that is gone is held longer. */
const limits = { statement_timeout: '15s', idle_in_transaction_session_timeout: '60s' };

const unlimited = { statement_timeout: '0', idle_in_transaction_session_timeout: '0', lock_timeout: '0' };

/** One service's schema in PostgreSQL. */
export interface Database extends AsyncDisposable {
  readonly knex: Knex;
  readonly schema: string;
  /**
   * One connection without limits of time, for migrations: they take as long as the tables are large. To be destroyed by
   * whoever asked for it.
   */
  connectToMigrate(): Knex;
  /** Runs `work` in one transaction. Connection loss and serialisation failures come out as `unavailable`. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Runs one statement, which is a transaction of its own. Errors come out as those of `transaction`. */
  run<T>(statement: (query: Queryable) => Promise<T>): Promise<T>;
}

export function openDatabase({ url, schema, pool = 8 }: { url: string; schema: string; pool?: number }): Database {
  const instance = connect({ url, schema, pool, settings: { ...planning, ...limits } });
  return {
    knex: instance,
    schema,
    connectToMigrate: () => connect({ url, schema, pool: 1, settings: unlimited }),
    async transaction(work) {
      try {
        return await instance.transaction(work);
      } catch (error) {
        throw translate(error);
      }
    },
    async run(statement) {
      try {
        return await statement(instance);
      } catch (error) {
        throw translate(error);
      }
    },
    async [Symbol.asyncDispose]() {
      await instance.destroy();
    },
  };
}
