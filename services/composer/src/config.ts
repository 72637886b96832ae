import { parseEnv, readRpcSettings, shared, type Env, type RpcSettings, type ServiceConfig } from '@earshot/service';
import { z } from 'zod';

export interface ComposerConfig extends ServiceConfig {
  readonly rpcListen: string;
  readonly rpc: RpcSettings;
  readonly database: { readonly url: string; readonly pool: number; readonly schema: string };
  readonly natsUrl: string;
  readonly natsCredentials?: string | undefined;
  /** Working files: what one composer has finished of a video another goes on from, so all of one database share it. */
  readonly folder: string;
  /** Videos that are composed at a time; one other file is made beside them. */
  readonly jobs: number;
  /** Threads that one ffmpeg may keep busy. */
  readonly threads: number;
  /** Live videos that are streamed at a time, each with an encoder of its own. */
  readonly live: number;
  /** What live video may be sent to although it is not public. */
  readonly egressAllow: readonly string[];
  /** How long what is left of an erased bot, which is its id and a count, is kept, in milliseconds. */
  readonly tombstoneMs: number;
  readonly peers: Readonly<Record<'scheduler' | 'media', string>>;
}

export function readConfig(env: Env): ComposerConfig {
  const vars = parseEnv(env, {
    RPC_LISTEN: shared.rpcListen(7407),
    RPC_TLS_CA: shared.rpcTlsFile,
    RPC_TLS_CERT: shared.rpcTlsFile,
    RPC_TLS_KEY: shared.rpcTlsFile,
    RPC_REFLECTION: shared.rpcReflection,
    DATABASE_URL: shared.databaseUrl,
    DATABASE_POOL: shared.databasePool,
    NATS_URL: shared.natsUrl,
    NATS_CREDENTIALS: shared.natsCredentials,
    COMPOSER_DIR: z.string().default('.data/compositions'),
    COMPOSER_JOBS: z.coerce.number().int().min(1).max(16).default(1),
    COMPOSER_LIVE: z.coerce.number().int().min(0).max(64).default(2),
    EGRESS_ALLOW: z.string().default(''),
    COMPOSER_THREADS: z.coerce.number().int().min(1).max(32).default(2),
    TOMBSTONE_DAYS: shared.days(400),
    SCHEDULER_ADDRESS: shared.peer(7401),
    MEDIA_ADDRESS: shared.peer(7403),
    LOG_LEVEL: shared.logLevel,
    SHUTDOWN_MS: shared.shutdownMs,
  });
  return {
    name: 'composer',
    logLevel: vars.LOG_LEVEL,
    shutdownMs: vars.SHUTDOWN_MS,
    rpcListen: vars.RPC_LISTEN,
    rpc: readRpcSettings('composer', vars),
    database: { url: vars.DATABASE_URL, pool: vars.DATABASE_POOL, schema: 'composer' },
    natsUrl: vars.NATS_URL,
    natsCredentials: vars.NATS_CREDENTIALS,
    folder: vars.COMPOSER_DIR,
    jobs: vars.COMPOSER_JOBS,
    threads: vars.COMPOSER_THREADS,
    live: vars.COMPOSER_LIVE,
    egressAllow: vars.EGRESS_ALLOW.split(',').flatMap((entry) => entry.trim() || []),
    tombstoneMs: vars.TOMBSTONE_DAYS,
    peers: { scheduler: vars.SCHEDULER_ADDRESS, media: vars.MEDIA_ADDRESS },
  };
}
