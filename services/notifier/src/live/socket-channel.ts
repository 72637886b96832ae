import { closeCode, CustomerSocket, type CustomerSocketOptions } from '@earshot/egress';
import type { Failure, LiveChannel } from './live-channel.ts';

export interface SocketChannelOptions extends Pick<
  CustomerSocketOptions<never>,
  'url' | 'egress' | 'clock' | 'log' | 'stallMs'
> {
  readonly botId: string;
  /** Messages that it will not get, not reported to it yet. */
  readonly missed: { readonly count: () => number; readonly reported: () => void };
}

/** One WebSocket for a bot: a ready frame first, as the public API's sockets have it, then each body as a text message. */
export function createSocketChannel({ botId, missed, log, ...options }: SocketChannelOptions): LiveChannel {
  const socket = new CustomerSocket({
    ...options,
    log: log.child({ socket: 'live words' }),
    // What waits is bounded before it comes here, one message at a time.
    maxQueuedBytes: Infinity,
    toReadyFrame() {
      const ready = { type: 'ready', bot_id: botId, message: 'Ready to receive messages' };
      const count = missed.count();
      return JSON.stringify({ ...ready, ...(count > 0 && { missed_messages: count }) });
    },
    onReady: missed.reported,
  });

  return {
    finalsWaitMs: Infinity,
    async ready(signal) {
      return (await socket.whenReady(signal)) ? undefined : signal.aborted ? 'cancelled' : 'closed';
    },
    async send({ body }, signal) {
      if (!socket.isReady) return 'closed';
      const { promise, resolve } = Promise.withResolvers<Failure>();
      const onAbort = () => resolve('cancelled');
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      // Settled when the bytes are with the system, so that no more than one message waits in the socket.
      socket.send({ bytes: body, isText: true }, (outcome) => resolve(outcome === 'sent' ? undefined : 'reset'));
      return promise.finally(() => signal.removeEventListener('abort', onAbort));
    },
    close: () => socket.close(closeCode.normal),
  };
}
