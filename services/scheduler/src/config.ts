import { parseEnv, shared, type Env, type ServiceConfig } from '@earshot/service';

export interface SchedulerConfig extends ServiceConfig {
  readonly rpcListen: string;
  readonly database: { readonly url: string; readonly pool: number; readonly schema: string };
  readonly natsUrl: string;
}

export function readConfig(env: Env): SchedulerConfig {
  const vars = parseEnv(env, {
    RPC_LISTEN: shared.rpcListen(7401),
    DATABASE_URL: shared.databaseUrl,
    DATABASE_POOL: shared.databasePool,
    NATS_URL: shared.natsUrl,
    LOG_LEVEL: shared.logLevel,
    SHUTDOWN_MS: shared.shutdownMs,
  });
  return {
    name: 'scheduler',
    logLevel: vars.LOG_LEVEL,
    shutdownMs: vars.SHUTDOWN_MS,
    rpcListen: vars.RPC_LISTEN,
    database: { url: vars.DATABASE_URL, pool: vars.DATABASE_POOL, schema: 'scheduler' },
    natsUrl: vars.NATS_URL,
  };
}
