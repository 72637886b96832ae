export { connectBroker, type Broker } from './broker.ts';
export { consume, type ConsumeOptions } from './consume.ts';
export { inFactSpan, startFactSpan, traceparentOf } from './trace.ts';
export { readFact } from './read-fact.ts';
export type { Fact, Handle, ConsumedEvent, Inbox, Position } from './fact.ts';
