export {
  createJoinerIdentity,
  isAssigned,
  joinerIdOf,
  signAssignment,
  type AssignmentRef,
  type JoinerIdentity,
} from './assignments.ts';
export { createRpcClient } from './client.ts';
export { createRpcServer, type RpcServer, type RpcServerOptions } from './server.ts';
export { isServing } from './health.ts';
export { fromServiceError, toStatus } from './status.ts';
export { accountOfCall, type Caller } from './access.ts';
export type { Access, Callers } from './service-callers.ts';
export type { ServiceDefinition } from './service-definition.ts';
export type { CallContext, CallOptions, Handlers, RpcClient } from './types.ts';
