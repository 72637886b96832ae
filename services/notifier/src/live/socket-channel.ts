import { toEgressFailure, type Egress } from '@earshot/egress';
import { SECOND } from '@earshot/kernel';
import type { Failure, LiveChannel } from './live-channel.ts';

type Socket = ReturnType<Egress['webSocket']>;

const SEND_TIMEOUT_MS = 5 * SECOND;
const PING_EVERY_MS = 10 * SECOND;
const CLOSE_TIMEOUT_MS = SECOND;
const NORMAL = 1000; // RFC 6455, 7.4.1

/**
 * One WebSocket for a bot: a ready frame first, as the public API's sockets have it, then each body as a text message.
 * It connects when there is something to send; what the far side says is not listened to.
 */
export function createSocketChannel(
  egress: Pick<Egress, 'webSocket'>,
  { botId, url }: { botId: string; url: string },
): LiveChannel {
  let socket: Socket | undefined;

  async function connect(signal: AbortSignal): Promise<Failure> {
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
    watch(opening);
    return write(opening, JSON.stringify({ type: 'ready', bot_id: botId, message: 'Ready to receive messages' }));
  }

  return {
    finalsWaitMs: Infinity,
    async ready(signal) {
      return socket?.readyState === socket?.OPEN && socket ? undefined : connect(signal);
    },
    async send(message) {
      return socket ? write(socket, message.body) : 'closed';
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

/** Resolves when the bytes are with the system. A socket that does not take them in time is given up. */
function write(socket: Socket, text: string | Buffer): Promise<Failure> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      socket.terminate();
      resolve('timeout');
    }, SEND_TIMEOUT_MS);
    socket.send(text, { binary: false }, (error) => {
      clearTimeout(timer);
      resolve(error ? 'reset' : undefined);
    });
  });
}

/** A far side that vanished without a word is found out by its missing pong. In real time: it is about the network. */
function watch(socket: Socket): void {
  let alive = true;
  socket.on('pong', () => (alive = true));
  const timer = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, PING_EVERY_MS);
  socket.once('close', () => clearInterval(timer));
}
