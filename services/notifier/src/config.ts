import { z } from 'zod';
import { parseEnv, readRpcSettings, shared, type Env, type RpcSettings, type ServiceConfig } from '@earshot/service';

export interface NotifierConfig extends ServiceConfig {
  readonly rpcListen: string;
  readonly rpc: RpcSettings;
  readonly database: { readonly url: string; readonly pool: number; readonly schema: string };
  /** Addresses that customers' URLs may reach although they are not public; as `libs/egress` takes them. */
  readonly egressAllow: readonly string[];
  /** How many durable messages are worked on at once; one host never has more than half of them, and one that does not answer two. */
  readonly concurrency: number;
  readonly live: {
    /** Most MiB of live messages that wait: of all accounts, and of one. Beyond it, whoever has most waiting loses some. */
    readonly bufferMb: number;
    readonly accountBufferMb: number;
    /** How long a customer's socket may take nothing before it is closed and opened again, in seconds. */
    readonly stallSeconds: number;
  };
  /** How long deliveries that were accepted are listed, in milliseconds. Longer than facts are kept, so that none is sent again. */
  readonly deliveryMs: number;
  /** How long deliveries that were given up can be sent again, in milliseconds. */
  readonly deadDeliveryMs: number;
  /** How long an address that failed, and was not used since, is remembered, in milliseconds. */
  readonly endpointMs: number;
  readonly secrets: {
    /** 32 bytes under which signing secrets are kept. Losing it loses every customer's signing secret. */
    readonly key: Buffer;
  };
}

export function readConfig(env: Env): NotifierConfig {
  const vars = parseEnv(env, {
    RPC_LISTEN: shared.rpcListen(7406),
    RPC_TLS_CA: shared.rpcTlsFile,
    RPC_TLS_CERT: shared.rpcTlsFile,
    RPC_TLS_KEY: shared.rpcTlsFile,
    RPC_REFLECTION: shared.rpcReflection,
    DATABASE_URL: shared.databaseUrl,
    DATABASE_POOL: shared.databasePool,
    EGRESS_ALLOW: z.string().default(''),
    SECRETS_KEY: shared.secretsKey,
    LIVE_BUFFER_MB: z.coerce.number().int().min(1).max(65_536).default(64),
    LIVE_ACCOUNT_BUFFER_MB: z.coerce.number().int().min(1).max(65_536).default(16),
    LIVE_STALL_SECONDS: z.coerce.number().int().min(1).max(3600).default(60),
    CONCURRENCY: z.coerce.number().int().min(1).max(1000).default(256),
    // The broker keeps facts for 14 days (libs/events).
    DELIVERY_DAYS: shared.days(30, { least: 15 }),
    DEAD_DELIVERY_DAYS: shared.days(90, { least: 15 }),
    ENDPOINT_DAYS: shared.days(400, { least: 15 }),
    LOG_LEVEL: shared.logLevel,
    SHUTDOWN_MS: shared.shutdownMs,
  });
  return {
    name: 'notifier',
    logLevel: vars.LOG_LEVEL,
    shutdownMs: vars.SHUTDOWN_MS,
    rpcListen: vars.RPC_LISTEN,
    rpc: readRpcSettings('notifier', vars),
    database: { url: vars.DATABASE_URL, pool: vars.DATABASE_POOL, schema: 'notifier' },
    egressAllow: vars.EGRESS_ALLOW.split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
    concurrency: vars.CONCURRENCY,
    live: {
      bufferMb: vars.LIVE_BUFFER_MB,
      accountBufferMb: vars.LIVE_ACCOUNT_BUFFER_MB,
      stallSeconds: vars.LIVE_STALL_SECONDS,
    },
    deliveryMs: vars.DELIVERY_DAYS,
    deadDeliveryMs: vars.DEAD_DELIVERY_DAYS,
    endpointMs: vars.ENDPOINT_DAYS,
    secrets: { key: vars.SECRETS_KEY },
  };
}
