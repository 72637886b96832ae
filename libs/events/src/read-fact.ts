import type { Log } from '@earshot/kernel';
import type { ConsumedEvent } from './fact.ts';

/**
 * A fact's payload. One that cannot be read will not become readable by coming again, and must not hold up those behind
 * it: it is logged as an error, with its place in the stream, and passed over.
 */
export function readFact<T>(codec: { decode(payload: Uint8Array): T }, fact: ConsumedEvent, log: Log): T | undefined {
  try {
    return codec.decode(fact.payload);
  } catch (error) {
    log.error('a fact cannot be read', { subject: fact.subject, sequence: fact.sequence, id: fact.id, error });
    return undefined;
  }
}
