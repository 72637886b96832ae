import { parseEnv, shared, type Env, type ServiceConfig } from '@earshot/service';
import { z } from 'zod';

export interface TranscriberConfig extends ServiceConfig {
  readonly rpcListen: string;
  readonly mediaAddress: string;
  readonly database: { readonly url: string; readonly pool: number; readonly schema: string };
  readonly natsUrl: string;
  readonly deepgram: { readonly url: string };
  readonly assemblyai: { readonly url: string; readonly streamingUrl: string };
  /** An engine whose provider has no key fails its transcripts. */
  readonly secrets: { readonly deepgramApiKey: string | undefined; readonly assemblyaiApiKey: string | undefined };
}

export function readConfig(env: Env): TranscriberConfig {
  const vars = parseEnv(env, {
    RPC_LISTEN: shared.rpcListen(7404),
    MEDIA_ADDRESS: shared.peer(7403),
    DATABASE_URL: shared.databaseUrl,
    DATABASE_POOL: shared.databasePool,
    NATS_URL: shared.natsUrl,
    DEEPGRAM_API_KEY: z.string().optional(),
    DEEPGRAM_URL: z.url().default('https://api.deepgram.com'),
    ASSEMBLYAI_API_KEY: z.string().optional(),
    ASSEMBLYAI_URL: z.url().default('https://api.assemblyai.com'),
    ASSEMBLYAI_STREAMING_URL: z.url().default('wss://streaming.assemblyai.com/v3/ws'),
    LOG_LEVEL: shared.logLevel,
    SHUTDOWN_MS: shared.shutdownMs,
  });
  return {
    name: 'transcriber',
    logLevel: vars.LOG_LEVEL,
    shutdownMs: vars.SHUTDOWN_MS,
    rpcListen: vars.RPC_LISTEN,
    mediaAddress: vars.MEDIA_ADDRESS,
    database: { url: vars.DATABASE_URL, pool: vars.DATABASE_POOL, schema: 'transcriber' },
    natsUrl: vars.NATS_URL,
    deepgram: { url: vars.DEEPGRAM_URL },
    assemblyai: { url: vars.ASSEMBLYAI_URL, streamingUrl: vars.ASSEMBLYAI_STREAMING_URL },
    secrets: { deepgramApiKey: vars.DEEPGRAM_API_KEY, assemblyaiApiKey: vars.ASSEMBLYAI_API_KEY },
  };
}
