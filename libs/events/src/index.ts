export { connectBroker, type Broker } from './broker.ts';
export { consume } from './consume.ts';
export { inFactSpan, startFactSpan, traceparentOf } from './trace.ts';
export { readFact } from './read-fact.ts';
export type { ConsumedEvent } from './fact.ts';
