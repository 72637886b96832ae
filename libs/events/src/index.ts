export { connectBroker, type Broker } from './broker.ts';
export { follow, type FollowOptions } from './follow.ts';
export { inFactSpan, startFactSpan, traceparentOf } from './trace.ts';
export { readFact } from './read-fact.ts';
export type { Fact, Handle, HeardFact, Inbox, Position } from './fact.ts';
