import { parseEnv, readRpcSettings, shared, type Env, type RpcSettings, type ServiceConfig } from '@earshot/service';
import { z } from 'zod';
import type { DefaultEngines } from './contract/provider-choice.ts';
import { defaultLimits, type HttpLimits } from './http/limits.ts';
import { createTrustedProxies } from './http/trusted-proxies.ts';

export interface GatewayConfig extends ServiceConfig {
  readonly listen: { readonly host: string; readonly port: number };
  readonly publicUrl: string;
  readonly limits: HttpLimits;
  readonly database: { readonly url: string; readonly pool: number; readonly schema: string };
  readonly natsUrl: string;
  readonly natsCredentials?: string | undefined;
  readonly rpc: RpcSettings;
  readonly peers: Readonly<
    Record<'scheduler' | 'media' | 'transcriber' | 'retention' | 'notifier' | 'composer', string>
  >;
  readonly egressAllow: readonly string[];
  readonly webMeetingHosts: readonly string[];
  readonly defaultCallbackVersion: string;
  readonly defaultEngines: DefaultEngines;
  readonly secrets: { readonly bootstrapApiKey: string | undefined };
}

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  );

const whole = (least: number, usual: number) => z.coerce.number().int().min(least).default(usual);

const proxies = list.refine((entries) => {
  try {
    createTrustedProxies(entries);
    return true;
  } catch {
    return false;
  }
}, 'must be addresses and networks such as 10.0.0.0/8, with commas');

export function readConfig(env: Env): GatewayConfig {
  const vars = parseEnv(env, {
    /** Address the REST API listens on. */
    HTTP_LISTEN: z
      .string()
      .regex(/^[^\s:]+:\d{1,5}$/, 'must look like host:port')
      .default('127.0.0.1:7400'),
    /** The address clients reach this gateway at; download links begin with it. */
    PUBLIC_URL: z.string().url().default('http://127.0.0.1:7400'),
    DATABASE_URL: shared.databaseUrl,
    DATABASE_POOL: shared.databasePool,
    NATS_URL: shared.natsUrl,
    NATS_CREDENTIALS: shared.natsCredentials,
    RPC_TLS_CA: shared.rpcTlsFile,
    RPC_TLS_CERT: shared.rpcTlsFile,
    RPC_TLS_KEY: shared.rpcTlsFile,
    SCHEDULER_ADDRESS: shared.peer(7401),
    MEDIA_ADDRESS: shared.peer(7403),
    TRANSCRIBER_ADDRESS: shared.peer(7404),
    RETENTION_ADDRESS: shared.peer(7405),
    NOTIFIER_ADDRESS: shared.peer(7406),
    COMPOSER_ADDRESS: shared.peer(7407),
    /** Hosts, host:ports and networks that customers' addresses may lead to although they are private. */
    EGRESS_ALLOW: list,
    /** Hosts whose pages count as meetings of the plain `web` platform; `*` lets a caller open any public page. */
    WEB_MEETING_HOSTS: list,
    /** How long a request may take to arrive, headers and body, in milliseconds. */
    HTTP_REQUEST_TIMEOUT_MS: whole(100, defaultLimits.requestTimeoutMs),
    /** How long a connection may be silent in both directions, in milliseconds; the slowest route takes 60 s. */
    HTTP_IDLE_TIMEOUT_MS: whole(100, defaultLimits.idleTimeoutMs),
    /** Open connections in all, and of one client address. */
    HTTP_CONNECTIONS: whole(1, defaultLimits.connections),
    HTTP_CONNECTIONS_PER_ADDRESS: whole(1, defaultLimits.connectionsPerAddress),
    /** Addresses and networks of reverse proxies, whose X-Forwarded-For says who the client is. */
    TRUSTED_PROXIES: proxies,
    /** Requests a second of one account, over ten seconds. */
    ACCOUNT_REQUESTS_PER_SECOND: whole(1, defaultLimits.requestsPerSecond),
    /** Requests of one account that are being answered at the same time. */
    ACCOUNT_CONCURRENT_REQUESTS: whole(1, defaultLimits.concurrentRequests),
    /** Wrong keys and download links of one client address in a minute, before it is refused unseen. */
    FAILED_KEYS_PER_MINUTE: whole(1, defaultLimits.failedKeysPerMinute),
    /** The callback values of accounts that ask for none: 2025-01 or 2026-06. */
    CALLBACK_VERSION: z.enum(['2025-01', '2026-06']).default('2025-01'),
    /** The engine that serves orders of the provider `meetstream`. */
    DEFAULT_ENGINE: z.enum(['deepgram', 'assemblyai', 'openai_compatible']).default('deepgram'),
    /** The engine that serves orders of the provider `meetstream_streaming`. */
    DEFAULT_STREAMING_ENGINE: z.enum(['deepgram_streaming', 'assemblyai_streaming']).default('deepgram_streaming'),
    /** A key that is made usable at start, for the first account. */
    BOOTSTRAP_API_KEY: z.string().min(20, 'must have at least 20 characters').optional(),
    LOG_LEVEL: shared.logLevel,
    SHUTDOWN_MS: shared.shutdownMs,
  });
  const [host = '', port = ''] = vars.HTTP_LISTEN.split(':');
  return {
    name: 'gateway',
    logLevel: vars.LOG_LEVEL,
    shutdownMs: vars.SHUTDOWN_MS,
    listen: { host, port: Number(port) },
    publicUrl: vars.PUBLIC_URL.replace(/\/$/, ''),
    limits: {
      requestTimeoutMs: vars.HTTP_REQUEST_TIMEOUT_MS,
      idleTimeoutMs: vars.HTTP_IDLE_TIMEOUT_MS,
      connections: vars.HTTP_CONNECTIONS,
      connectionsPerAddress: vars.HTTP_CONNECTIONS_PER_ADDRESS,
      trustedProxies: vars.TRUSTED_PROXIES,
      requestsPerSecond: vars.ACCOUNT_REQUESTS_PER_SECOND,
      concurrentRequests: vars.ACCOUNT_CONCURRENT_REQUESTS,
      failedKeysPerMinute: vars.FAILED_KEYS_PER_MINUTE,
    },
    database: { url: vars.DATABASE_URL, pool: vars.DATABASE_POOL, schema: 'gateway' },
    natsUrl: vars.NATS_URL,
    natsCredentials: vars.NATS_CREDENTIALS,
    rpc: readRpcSettings('gateway', vars),
    peers: {
      scheduler: vars.SCHEDULER_ADDRESS,
      media: vars.MEDIA_ADDRESS,
      transcriber: vars.TRANSCRIBER_ADDRESS,
      retention: vars.RETENTION_ADDRESS,
      notifier: vars.NOTIFIER_ADDRESS,
      composer: vars.COMPOSER_ADDRESS,
    },
    egressAllow: vars.EGRESS_ALLOW,
    webMeetingHosts: vars.WEB_MEETING_HOSTS.map((host) => host.toLowerCase()),
    defaultCallbackVersion: vars.CALLBACK_VERSION,
    defaultEngines: { batch: vars.DEFAULT_ENGINE, streaming: vars.DEFAULT_STREAMING_ENGINE },
    secrets: { bootstrapApiKey: vars.BOOTSTRAP_API_KEY },
  };
}
