export { startLoop, type Background } from './background.ts';
export { ConfigError, parseEnv, shared, type Env } from './config.ts';
export { createLogger } from './logger.ts';
export { ResourceStack } from './resource-stack.ts';
export { readRpcSettings, type RpcSettings } from './rpc-settings.ts';
export { run, type Service, type ServiceConfig } from './run.ts';
export { systemClock } from './system-clock.ts';
