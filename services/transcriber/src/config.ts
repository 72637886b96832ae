import { parseEnv, readRpcSettings, shared, type Env, type RpcSettings, type ServiceConfig } from '@earshot/service';
import { z } from 'zod';
import type { ApiKeys } from './domain/provider-key.ts';
import type { Failover } from './engines/failover.ts';
import {
  apiKeyVariables,
  engineMode,
  settingsIn,
  settingVariables,
  vendors,
  type VendorSettings,
} from './engines/vendors.ts';

export interface TranscriberConfig extends ServiceConfig {
  readonly rpcListen: string;
  readonly rpc: RpcSettings;
  readonly mediaAddress: string;
  readonly database: { readonly url: string; readonly pool: number; readonly schema: string };
  readonly natsUrl: string;
  readonly natsCredentials?: string | undefined;
  /** How long what is left of an erased bot, which is ids, times and counts, is kept, in milliseconds. */
  readonly tombstoneMs: number;
  /** Where the speech vendors are, and what else their descriptors name, by environment variable. */
  readonly vendors: VendorSettings;
  /** Which engine takes over when another one fails; empty: none does. */
  readonly failover: Failover;
  /** The server's own keys are for accounts that have none; an engine whose provider has no key at all fails its transcripts. */
  readonly secrets: {
    /** 32 bytes under which accounts' own keys are kept. Losing it loses them all. */
    readonly sealingKey: Buffer;
    /** By the vendor's name. */
    readonly apiKeys: ApiKeys;
  };
}

/** `deepgram=assemblyai,deepgram_streaming=assemblyai_streaming` */
const failover = z
  .string()
  .default('')
  .transform((text, context): Failover => {
    const pairs = text
      .split(',')
      .map((pair) => pair.trim())
      .filter(Boolean)
      .map((pair) => pair.split('=').map((name) => name.trim()));
    for (const [first = '', second = '', ...rest] of pairs) {
      const mode = engineMode(first);
      const isGood = rest.length === 0 && first !== second && mode !== undefined && mode === engineMode(second);
      if (isGood) continue;
      const message = `${first}=${second}: must name two engines that transcribe in the same way`;
      context.addIssue({ code: 'custom', message });
    }
    return Object.fromEntries(pairs) as Failover;
  });

export function readConfig(env: Env): TranscriberConfig {
  const vars = parseEnv(env, {
    RPC_LISTEN: shared.rpcListen(7404),
    RPC_TLS_CA: shared.rpcTlsFile,
    RPC_TLS_CERT: shared.rpcTlsFile,
    RPC_TLS_KEY: shared.rpcTlsFile,
    RPC_REFLECTION: shared.rpcReflection,
    MEDIA_ADDRESS: shared.peer(7403),
    DATABASE_URL: shared.databaseUrl,
    DATABASE_POOL: shared.databasePool,
    NATS_URL: shared.natsUrl,
    NATS_CREDENTIALS: shared.natsCredentials,
    TOMBSTONE_DAYS: shared.days(400),
    ...apiKeyVariables,
    ...settingVariables,
    SPEECH_FAILOVER: failover,
    SECRETS_KEY: shared.secretsKey,
    LOG_LEVEL: shared.logLevel,
    SHUTDOWN_MS: shared.shutdownMs,
  });
  return {
    name: 'transcriber',
    logLevel: vars.LOG_LEVEL,
    shutdownMs: vars.SHUTDOWN_MS,
    rpcListen: vars.RPC_LISTEN,
    rpc: readRpcSettings('transcriber', vars),
    mediaAddress: vars.MEDIA_ADDRESS,
    database: { url: vars.DATABASE_URL, pool: vars.DATABASE_POOL, schema: 'transcriber' },
    natsUrl: vars.NATS_URL,
    natsCredentials: vars.NATS_CREDENTIALS,
    tombstoneMs: vars.TOMBSTONE_DAYS,
    vendors: settingsIn(vars),
    failover: vars.SPEECH_FAILOVER,
    secrets: {
      sealingKey: vars.SECRETS_KEY,
      apiKeys: Object.fromEntries(vendors.map(({ name, apiKeyVariable }) => [name, vars[apiKeyVariable]])),
    },
  };
}
