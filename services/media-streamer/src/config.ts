import { resolve } from 'node:path';
import { SECOND } from '@earshot/kernel';
import { parseEnv, readRpcSettings, shared, type Env, type RpcSettings, type ServiceConfig } from '@earshot/service';
import { z } from 'zod';

export interface MediaStreamerConfig extends ServiceConfig {
  readonly rpcListen: string;
  readonly rpc: RpcSettings;
  readonly transcriberAddress: string;
  readonly database: { readonly url: string; readonly pool: number; readonly schema: string };
  readonly natsUrl: string;
  readonly natsCredentials?: string | undefined;
  /** How long what is left of an erased bot, which is ids, times and counts, is kept, in milliseconds. */
  readonly tombstoneMs: number;
  /** Absolute path of the folder for recordings. */
  readonly blobDir: string;
  /** Memory for audio that the blob store does not take, of all recordings together, in MiB; what does not fit is missing in them. */
  readonly storeBufferMb: number;
  /** How long the end of a recording waits for room in the blob store, in milliseconds; what finds none by then is missing in it. */
  readonly storeWaitMs: number;
  /** Free space of the blob store, in MiB, below which the service reports it, in its log and its metric. */
  readonly storeLowMb: number;
  /** Memory for video that is not stored yet, of all recordings together, in MiB; what does not fit is dropped, up to the next key frame. */
  readonly videoBufferMb: number;
  /** Free space of the blob store, in MiB, that is left to audio: with less, video is dropped. */
  readonly videoReserveMb: number;
  readonly secrets: {
    /** Signs the tokens that open artifacts. */
    readonly artifact: string;
    /** The scheduler's: verifies the tokens that prove to which joiner a bot was assigned. */
    readonly assignment: string;
  };
  /** What live audio may be sent to although it is not public. */
  readonly egressAllow: readonly string[];
}

export function readConfig(env: Env): MediaStreamerConfig {
  const vars = parseEnv(env, {
    RPC_LISTEN: shared.rpcListen(7403),
    RPC_TLS_CA: shared.rpcTlsFile,
    RPC_TLS_CERT: shared.rpcTlsFile,
    RPC_TLS_KEY: shared.rpcTlsFile,
    RPC_REFLECTION: shared.rpcReflection,
    TRANSCRIBER_ADDRESS: shared.peer(7404),
    DATABASE_URL: shared.databaseUrl,
    DATABASE_POOL: shared.databasePool,
    NATS_URL: shared.natsUrl,
    NATS_CREDENTIALS: shared.natsCredentials,
    TOMBSTONE_DAYS: shared.days(400),
    BLOB_DIR: z.string().default('.data/blobs'),
    STORE_BUFFER_MB: z.coerce.number().int().min(1).max(65_536).default(512),
    STORE_WAIT_SECONDS: z.coerce.number().int().min(1).max(3600).default(600),
    STORE_LOW_MB: z.coerce.number().int().min(0).default(1024),
    VIDEO_BUFFER_MB: z.coerce.number().int().min(1).max(65_536).default(256),
    VIDEO_RESERVE_MB: z.coerce.number().int().min(0).default(512),
    ASSIGNMENT_SECRET: shared.assignmentSecret,
    ARTIFACT_SECRET: z.string().min(32, 'must be at least 32 characters'),
    EGRESS_ALLOW: z.string().default(''),
    LOG_LEVEL: shared.logLevel,
    SHUTDOWN_MS: shared.shutdownMs,
  });
  return {
    name: 'media-streamer',
    logLevel: vars.LOG_LEVEL,
    shutdownMs: vars.SHUTDOWN_MS,
    rpcListen: vars.RPC_LISTEN,
    rpc: readRpcSettings('media-streamer', vars),
    transcriberAddress: vars.TRANSCRIBER_ADDRESS,
    database: { url: vars.DATABASE_URL, pool: vars.DATABASE_POOL, schema: 'media' },
    natsUrl: vars.NATS_URL,
    natsCredentials: vars.NATS_CREDENTIALS,
    tombstoneMs: vars.TOMBSTONE_DAYS,
    blobDir: resolve(vars.BLOB_DIR),
    storeBufferMb: vars.STORE_BUFFER_MB,
    storeWaitMs: vars.STORE_WAIT_SECONDS * SECOND,
    storeLowMb: vars.STORE_LOW_MB,
    videoBufferMb: vars.VIDEO_BUFFER_MB,
    videoReserveMb: vars.VIDEO_RESERVE_MB,
    secrets: { artifact: vars.ARTIFACT_SECRET, assignment: vars.ASSIGNMENT_SECRET },
    egressAllow: vars.EGRESS_ALLOW.split(',').flatMap((entry) => entry.trim() || []),
  };
}
