export { isPublicAddress } from './address.ts';
export type { Endpoint } from './allow-list.ts';
export { CustomerSocket, closeCode, type CustomerSocketOptions } from './customer-socket.ts';
export type { FrameOutcome, OutboundFrame } from './frame-queue.ts';
export { createEgress, type Egress, type EgressOptions } from './egress.ts';
export { EgressFailure, toEgressFailure, type FailureReason } from './egress-failure.ts';
export { createEgressProxy, type EgressProxy } from './egress-proxy.ts';
export type { EgressNoResponse, EgressRequest, EgressResponse, EgressResult } from './http-client.ts';
export type { WebSocketOptions } from './web-socket.ts';
