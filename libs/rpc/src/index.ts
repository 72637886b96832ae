export { createRpcClient } from './client.ts';
export { createRpcServer, type RpcServer, type RpcServerOptions } from './server.ts';
export { isServing } from './health.ts';
export { fromServiceError, toStatus } from './status.ts';
export type { CallContext, CallOptions, Handlers, RpcClient, ServiceDefinition } from './types.ts';
