import { parseEnv, readRpcSettings, shared, type Env, type RpcSettings, type ServiceConfig } from '@earshot/service';
import { z } from 'zod';

export interface SchedulerConfig extends ServiceConfig {
  readonly rpcListen: string;
  readonly rpc: RpcSettings;
  readonly database: { readonly url: string; readonly pool: number; readonly schema: string };
  readonly natsUrl: string;
  readonly natsCredentials?: string | undefined;
  readonly secrets: {
    /** Signs the assignment tokens. */
    readonly assignment: string;
  };
  /** How long what is left of an erased bot, which is ids, times and counts, is kept, in milliseconds. */
  readonly tombstoneMs: number;
  /** How long a request that is repeated with its key is answered with the first bot, in milliseconds. */
  readonly idempotencyKeyMs: number;
  /** How many bots of one account may wait for their time or for a joiner. */
  readonly accountWaitingBots: number;
}

export function readConfig(env: Env): SchedulerConfig {
  const vars = parseEnv(env, {
    RPC_LISTEN: shared.rpcListen(7401),
    RPC_TLS_CA: shared.rpcTlsFile,
    RPC_TLS_CERT: shared.rpcTlsFile,
    RPC_TLS_KEY: shared.rpcTlsFile,
    RPC_REFLECTION: shared.rpcReflection,
    DATABASE_URL: shared.databaseUrl,
    DATABASE_POOL: shared.databasePool,
    NATS_URL: shared.natsUrl,
    NATS_CREDENTIALS: shared.natsCredentials,
    ASSIGNMENT_SECRET: shared.assignmentSecret,
    TOMBSTONE_DAYS: shared.days(400),
    IDEMPOTENCY_KEY_DAYS: shared.days(7),
    /** How many bots of one account may wait for their time or for a joiner; further requests are refused with 429. */
    ACCOUNT_WAITING_BOTS: z.coerce.number().int().min(1).max(1_000_000).default(10_000),
    LOG_LEVEL: shared.logLevel,
    SHUTDOWN_MS: shared.shutdownMs,
  });
  return {
    name: 'scheduler',
    logLevel: vars.LOG_LEVEL,
    shutdownMs: vars.SHUTDOWN_MS,
    rpcListen: vars.RPC_LISTEN,
    rpc: readRpcSettings('scheduler', vars),
    database: { url: vars.DATABASE_URL, pool: vars.DATABASE_POOL, schema: 'scheduler' },
    natsUrl: vars.NATS_URL,
    natsCredentials: vars.NATS_CREDENTIALS,
    secrets: { assignment: vars.ASSIGNMENT_SECRET },
    tombstoneMs: vars.TOMBSTONE_DAYS,
    idempotencyKeyMs: vars.IDEMPOTENCY_KEY_DAYS,
    accountWaitingBots: vars.ACCOUNT_WAITING_BOTS,
  };
}
