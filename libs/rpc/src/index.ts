export {
  createJoinerIdentity,
  isAssigned,
  joinerIdOf,
  signAssignment,
  type JoinerIdentity,
  type SignedRef,
} from './assignments.ts';
export { createRpcClient } from './client.ts';
export { createRpcServer, type RpcServer } from './server.ts';
export { isAnswerOfService } from './status.ts';
export { isServing } from './health.ts';
export { accountOfCall } from './access.ts';
export type { Callers } from './service-callers.ts';
export type { ServiceDefinition } from './service-definition.ts';
export type { CallContext, CallOptions, Handlers, RpcClient } from './types.ts';
export {
  botStateWords,
  endReasonWords,
  fromCaptionMessage,
  fromPlanMessage,
  platformWords,
  toCaptionMessage,
  toPlanMessage,
  fromMediaPlanMessage,
  layoutWords,
  toMediaPlanMessage,
  fromSpeechEndedMessage,
  fromSpeechStartedMessage,
  toSpeechEndedMessage,
  toSpeechStartedMessage,
} from './words.ts';
