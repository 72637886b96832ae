export { isPublicAddress } from './address.ts';
export { CustomerSocket, closeCode, type CustomerSocketOptions } from './customer-socket.ts';
export type { OutboundFrame } from './frame-queue.ts';
export { createEgress, type Egress, type EgressOptions } from './egress.ts';
export { EgressFailure, toEgressFailure, type FailureReason } from './egress-failure.ts';
export { createEgressProxy } from './egress-proxy.ts';
export type { EgressResult } from './http-client.ts';
