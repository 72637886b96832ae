import { setTimeout as pause } from 'node:timers/promises';
import { toEgressFailure, type Egress } from '@earshot/egress';
import { backoff, jitter, MINUTE, SECOND } from '@earshot/kernel';
import type { Failure, LiveChannel } from './live-channel.ts';

type Socket = ReturnType<Egress['webSocket']>;

const PING_EVERY_MS = 10 * SECOND;
const CLOSE_TIMEOUT_MS = SECOND;
/** How long a far side that read nothing is left alone, longer each time in a row. */
const STALL_RETRY = { baseMs: SECOND, maxMs: MINUTE };
const NORMAL = 1000; // RFC 6455, 7.4.1

export interface SocketChannelOptions {
  readonly botId: string;
  readonly url: string;
  /** How long a far side may take nothing before it is given up, in milliseconds. */
  readonly stallMs: number;
  /** Messages that it will not get, and has not been told of. */
  readonly missed: { readonly count: () => number; readonly told: () => void };
}

/**
 * One WebSocket for a bot: a ready frame first, as the public API's sockets have it, then each body as a text message.
 * It connects when there is something to send; what the far side says is not listened to.
 */
export function createSocketChannel(
  egress: Pick<Egress, 'webSocket'>,
  { botId, url, stallMs, missed }: SocketChannelOptions,
): LiveChannel {
  let socket: Socket | undefined;
  /** How often in a row the far side took nothing; it starts anew with a pong. */
  let stalls = 0;

  async function connect(signal: AbortSignal): Promise<Failure> {
    if (stalls > 0) await pause(jitter(backoff(stalls - 1, STALL_RETRY)), undefined, { signal }).catch(() => {});
    if (signal.aborted) return 'cancelled';
    let opening: Socket;
    try {
      opening = egress.webSocket(url, { signal });
    } catch (error) {
      return toEgressFailure(error).reason;
    }
    const failure = await new Promise<Failure>((resolve) => {
      opening.once('open', () => resolve(undefined));
      opening.on('error', (error) => resolve(toEgressFailure(error).reason));
      opening.once('close', () => resolve('closed'));
    });
    if (failure !== undefined) return failure;
    socket = opening;
    opening.once('close', () => {
      if (socket === opening) socket = undefined;
    });
    watch(opening, { stallMs, onPong: () => (stalls = 0), onStall: () => stalls++ });
    const ready = { type: 'ready', bot_id: botId, message: 'Ready to receive messages' };
    const count = missed.count();
    const failed = await write(
      opening,
      JSON.stringify({ ...ready, ...(count > 0 && { missed_messages: count }) }),
      signal,
    );
    if (failed === undefined) missed.told();
    return failed;
  }

  return {
    finalsWaitMs: Infinity,
    async ready(signal) {
      return socket?.readyState === socket?.OPEN && socket ? undefined : connect(signal);
    },
    async send(message, signal) {
      return socket ? write(socket, message.body, signal) : 'closed';
    },
    async close() {
      const closing = socket;
      if (!closing) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => closing.terminate(), CLOSE_TIMEOUT_MS);
        closing.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        closing.close(NORMAL);
      });
    },
  };
}

/** Resolves when the bytes are with the system, so that no more than one message waits in the socket. */
function write(socket: Socket, text: string | Buffer, signal: AbortSignal): Promise<Failure> {
  return new Promise((resolve) => {
    const settle = (failure: Failure) => {
      signal.removeEventListener('abort', onAbort);
      socket.removeListener('close', onClose);
      resolve(failure);
    };
    const onAbort = () => settle('cancelled');
    const onClose = () => settle('reset');
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('close', onClose);
    socket.send(text, { binary: false }, (error) => settle(error ? 'reset' : undefined));
    if (signal.aborted) onAbort();
  });
}

interface Watch {
  readonly stallMs: number;
  readonly onPong: () => void;
  readonly onStall: () => void;
}

/**
 * A far side that reads nothing, or vanished without a word, is found out by its missing pong, and given up. In real time: it is
 * about the network.
 */
function watch(socket: Socket, { stallMs, onPong, onStall }: Watch): void {
  let heardAt = performance.now();
  let isAwaited = false;
  socket.on('pong', () => {
    heardAt = performance.now();
    isAwaited = false;
    onPong();
  });
  const everyMs = Math.min(PING_EVERY_MS, stallMs / 2);
  const timer = setInterval(() => {
    if (!isAwaited) {
      heardAt = performance.now();
      isAwaited = true;
      return socket.ping();
    }
    if (performance.now() - heardAt < stallMs) return;
    onStall();
    socket.terminate();
  }, everyMs);
  socket.once('close', () => clearInterval(timer));
}
