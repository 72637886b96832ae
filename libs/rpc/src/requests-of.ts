import type { Readable } from 'node:stream';
import { AsyncQueue } from '@earshot/kernel';

/** Requests that wait to be taken before the stream is paused. */
const AHEAD = 16;

/**
 * What a caller streams in. Not the stream's own iterator: that one destroys the stream when it ends or fails, and with
 * it the status that is still to be sent, for which the caller would then wait for ever.
 */
export function requestsOf<T>(call: Readable): AsyncIterable<T> {
  const queue = new AsyncQueue<T>();
  call.on('data', (request: T) => {
    queue.push(request);
    if (queue.length >= AHEAD) call.pause();
  });
  for (const ending of ['end', 'error', 'close', 'cancelled']) call.on(ending, () => queue.end());
  return {
    async *[Symbol.asyncIterator]() {
      for await (const request of queue) {
        if (queue.length === 0 && call.isPaused()) call.resume();
        yield request;
      }
    },
  };
}
