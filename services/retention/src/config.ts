import { parseEnv, readRpcSettings, shared, type Env, type RpcSettings, type ServiceConfig } from '@earshot/service';

export interface RetentionConfig extends ServiceConfig {
  readonly rpcListen: string;
  readonly rpc: RpcSettings;
  readonly database: { readonly url: string; readonly pool: number; readonly schema: string };
  readonly natsUrl: string;
  readonly natsCredentials?: string | undefined;
  /** How long what is left of an erased bot, which is ids, times and counts, is kept, in milliseconds. */
  readonly tombstoneMs: number;
  readonly peers: Readonly<Record<'scheduler' | 'media' | 'transcriber' | 'composer' | 'notifier', string>>;
}

export function readConfig(env: Env): RetentionConfig {
  const vars = parseEnv(env, {
    RPC_LISTEN: shared.rpcListen(7405),
    RPC_TLS_CA: shared.rpcTlsFile,
    RPC_TLS_CERT: shared.rpcTlsFile,
    RPC_TLS_KEY: shared.rpcTlsFile,
    RPC_REFLECTION: shared.rpcReflection,
    DATABASE_URL: shared.databaseUrl,
    DATABASE_POOL: shared.databasePool,
    NATS_URL: shared.natsUrl,
    NATS_CREDENTIALS: shared.natsCredentials,
    TOMBSTONE_DAYS: shared.days(400),
    SCHEDULER_ADDRESS: shared.peer(7401),
    MEDIA_ADDRESS: shared.peer(7403),
    TRANSCRIBER_ADDRESS: shared.peer(7404),
    NOTIFIER_ADDRESS: shared.peer(7406),
    COMPOSER_ADDRESS: shared.peer(7407),
    LOG_LEVEL: shared.logLevel,
    SHUTDOWN_MS: shared.shutdownMs,
  });
  return {
    name: 'retention',
    logLevel: vars.LOG_LEVEL,
    shutdownMs: vars.SHUTDOWN_MS,
    rpcListen: vars.RPC_LISTEN,
    rpc: readRpcSettings('retention', vars),
    database: { url: vars.DATABASE_URL, pool: vars.DATABASE_POOL, schema: 'retention' },
    natsUrl: vars.NATS_URL,
    natsCredentials: vars.NATS_CREDENTIALS,
    tombstoneMs: vars.TOMBSTONE_DAYS,
    peers: {
      scheduler: vars.SCHEDULER_ADDRESS,
      media: vars.MEDIA_ADDRESS,
      transcriber: vars.TRANSCRIBER_ADDRESS,
      composer: vars.COMPOSER_ADDRESS,
      notifier: vars.NOTIFIER_ADDRESS,
    },
  };
}
