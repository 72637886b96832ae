import type { Message } from '@earshot/contract/notifier/v1/notifier.ts';

/** The largest `Deliver` request: well below what a gRPC server of ours takes, 16 MB, and what the notifier stores at once. */
const [LARGEST_COUNT, LARGEST_BYTES] = [200, 4 * 1024 * 1024];

/** Messages in their order, in requests of bounded size; one that is larger goes alone. */
export function* inChunks(messages: readonly Message[]): Generator<Message[]> {
  let [chunk, bytes]: [Message[], number] = [[], 0];
  for (const message of messages) {
    const own = message.body.length + message.url.length;
    if (chunk.length >= LARGEST_COUNT || (chunk.length > 0 && bytes + own > LARGEST_BYTES)) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push(message);
    bytes += own;
  }
  if (chunk.length > 0) yield chunk;
}
