import { SECOND } from '@earshot/kernel';
import type { WebSocket } from 'ws';

const PING_EVERY_MS = 10 * SECOND;

export interface PongWatch {
  /** How long a ping may go unanswered, in milliseconds. */
  readonly stallMs: number;
  readonly onPong: () => void;
  /** It went unanswered for that long: the socket is terminated next. */
  readonly onStall: () => void;
}

/**
 * A far side that reads nothing, or vanished without a word, is found out by its missing pong, and given up. In real time: it is
 * about the network.
 */
export function watchPongs(socket: WebSocket, { stallMs, onPong, onStall }: PongWatch): void {
  let pingedAt: number | undefined;
  socket.on('pong', () => {
    pingedAt = undefined;
    onPong();
  });
  const timer = setInterval(
    () => {
      if (pingedAt === undefined) {
        if (socket.readyState !== socket.OPEN) return;
        pingedAt = performance.now();
        return socket.ping();
      }
      if (performance.now() - pingedAt < stallMs) return;
      onStall();
      socket.terminate();
    },
    Math.min(PING_EVERY_MS, stallMs / 2),
  ).unref();
  socket.once('close', () => clearInterval(timer));
}
