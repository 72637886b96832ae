import knexModule, { type Knex } from 'knex';
import pg from 'pg';
import { AppError, SECOND } from '@earshot/kernel';
import { translate } from './errors.ts';

const knex = knexModule.default ?? knexModule;

/** 64-bit integers come as numbers: our sequences and sizes stay below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** `force_generic_plan` (12), `gen_random_uuid` (13): https://www.postgresql.org/docs/13/release-13.html */
const OLDEST_MAJOR = 13;

type ClientClass = new (...settings: never[]) => {
  acquireConnection(): Promise<unknown>;
  query(connection: unknown, query: unknown): Promise<unknown>;
};

/** Knex's own client for PostgreSQL, which its types lack. */
const PgClient = knex({ client: 'pg' }).client.constructor as ClientClass;

/** Every query of every caller: a database that is away comes out as `unavailable`. */
class TranslatingClient extends PgClient {
  override async acquireConnection(): Promise<unknown> {
    try {
      return await super.acquireConnection();
    } catch (error) {
      throw translate(error);
    }
  }

  override async query(connection: unknown, query: unknown): Promise<unknown> {
    try {
      return await super.query(connection, query);
    } catch (error) {
      throw translate(error);
    }
  }
}

export interface ConnectOptions {
  readonly url: string;
  readonly schema: string;
  /** Connections at most. */
  readonly pool: number;
  /** Server settings of each connection, by their names: https://www.postgresql.org/docs/current/runtime-config.html */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * A pool of connections to one schema. Settings are made by a statement and not by start-up parameters, which PgBouncer
 * refuses in each of its modes.
 */
export function connect({ url, schema, pool, settings }: ConnectOptions): Knex {
  const prepare = `${Object.entries(settings)
    .map(([name, value]) => `set ${name} = '${value}';`)
    .join(' ')} show server_version_num`;
  return knex({
    client: TranslatingClient as unknown as typeof Knex.Client,
    // Saves knex a query: each connection checks its own below.
    version: String(OLDEST_MAJOR),
    connection: { connectionString: url, connectionTimeoutMillis: 3 * SECOND, application_name: schema },
    searchPath: [schema],
    // Errors come out of the call that met them and are logged at the edge, once.
    log: { warn() {}, error() {}, deprecate() {}, debug() {} },
    pool: {
      min: 0,
      max: pool,
      acquireTimeoutMillis: 5 * SECOND,
      idleTimeoutMillis: 30 * SECOND,
      afterCreate(connection: pg.Client, done: (error: unknown, connection: pg.Client) => void) {
        connection
          .query(prepare)
          .then(checkVersion)
          .then(
            () => done(undefined, connection),
            (error: unknown) => void connection.end().finally(() => done(tooOld(error) ?? error, connection)),
          );
      },
    },
  });
}

function checkVersion(results: unknown): void {
  // Of several statements in one text each has its result; the last one is the version.
  const shown = [results].flat().at(-1) as pg.QueryResult<{ server_version_num: string }>;
  const major = Math.floor(Number(shown.rows[0]?.server_version_num) / 10_000);
  if (major < OLDEST_MAJOR) throw refusal(String(major));
}

/** A setting that the server does not know (42704, undefined_object) is one that came later. */
function tooOld(error: unknown): AppError | undefined {
  const isUnknownSetting = error instanceof Error && (error as { code?: unknown }).code === '42704';
  return isUnknownSetting ? refusal('before 12') : undefined;
}

function refusal(found: string): AppError {
  return new AppError('failed-precondition', `PostgreSQL ${OLDEST_MAJOR} or later is needed`, { fields: { found } });
}
