import knexModule, { type Knex } from 'knex';
import pg from 'pg';
import { AppError, SECOND } from '@earshot/kernel';

const knex = knexModule.default ?? knexModule;

/** 64-bit integers come as numbers: our sequences and sizes stay below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export type Tx = Knex.Transaction;
/** Where a statement may run: on its own, or inside a transaction. */
export type Queryable = Knex | Knex.Transaction;

/**
 * Tables that work passes through grow and empty faster than their statistics follow, and a plan made for an empty one
 * reads the full one from end to end; so a statement that has an index to go by goes by it. Plain scans of it mark what is
 * gone, which those after them pass over; bitmap scans meet it again until the next vacuum. Compiling costs more than it saves,
 * and so does planning a prepared statement again for each of its calls.
 */
const planning = '-c enable_seqscan=off -c enable_bitmapscan=off -c jit=off -c plan_cache_mode=force_generic_plan';

/** One service's schema in PostgreSQL. */
export interface Database extends AsyncDisposable {
  readonly knex: Knex;
  readonly schema: string;
  /** Runs `work` in one transaction. Connection loss and serialisation failures come out as `unavailable`. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Runs one statement, which is a transaction of its own. Errors come out as those of `transaction`. */
  run<T>(statement: (query: Queryable) => Promise<T>): Promise<T>;
}

export function openDatabase({ url, schema, pool = 8 }: { url: string; schema: string; pool?: number }): Database {
  const instance = knex({
    client: 'pg',
    connection: {
      connectionString: url,
      statement_timeout: 15 * SECOND,
      idle_in_transaction_session_timeout: 60 * SECOND,
      connectionTimeoutMillis: 3 * SECOND,
      application_name: schema,
      options: planning,
    },
    searchPath: [schema],
    // Errors come out of the call that met them and are logged at the edge, once.
    log: { warn() {}, error() {}, deprecate() {}, debug() {} },
    pool: { min: 0, max: pool, acquireTimeoutMillis: 5 * SECOND, idleTimeoutMillis: 30 * SECOND },
  });
  return {
    knex: instance,
    schema,
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

/** Classes of PostgreSQL's SQLSTATE that say: try again. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const transientStates = /^(08|40|53|57P)/;

/** What a failed statement means to a caller; anything that is not the database's passes unchanged. */
export function translate(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const code = (error as { code?: unknown }).code;
  const transient =
    (typeof code === 'string' && (transientStates.test(code) || /^(ECONN|EPIPE|ETIMEDOUT|ENOENT)/.test(code))) ||
    /connection terminated|timeout acquiring a connection|timeout expired|connection ended/i.test(error.message);
  return transient ? new AppError('unavailable', 'the database is not available', { cause: error }) : error;
}

/** Whether a statement failed because a row with the same unique key exists. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === '23505';
}
