import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '@earshot/kernel';
import { WebSocket } from 'ws';
import { EgressFailure } from './egress-failure.ts';

export interface WebSocketOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  /** From resolving to the end of the upgrade; 10 s by default. */
  readonly handshakeTimeoutMs?: number;
  /** A longer message from the far side closes the socket with 1009; 1 MiB by default. */
  readonly maxPayloadBytes?: number;
  /** Aborting terminates the socket, whatever its state. */
  readonly signal?: AbortSignal;
}

const defaultHandshakeMs = 10_000;
const defaultPayloadBytes = 1024 * 1024;

/** Opens the connection under a handshake, given the signal that ends it. */
export type OpenSocket = (options: { signal: AbortSignal; timeoutMs: number }) => Promise<Socket>;

/** A socket still connecting, so that no message can be missed. What goes wrong arrives as its `error`. */
export function createWebSocket(url: URL, open: OpenSocket, options: WebSocketOptions): WebSocket {
  const timeoutMs = options.handshakeTimeoutMs ?? defaultHandshakeMs;
  const controller = new AbortController();
  let request: ClientRequest | undefined;
  const socket = new WebSocket(url, [...(options.protocols ?? [])], {
    headers: { ...options.headers },
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: options.maxPayloadBytes ?? defaultPayloadBytes,
    createConnection: ((_: unknown, done: (error: unknown, socket?: Socket) => void) => {
      open({ signal: controller.signal, timeoutMs }).then((opened) => done(null, opened), done);
    }) as unknown as typeof import('node:net').createConnection,
    finishRequest: (handshake) => {
      request = handshake;
      handshake.end();
    },
  });
  const giveUp = (error: Error): void => {
    controller.abort(error);
    if (socket.readyState === WebSocket.CONNECTING) request?.destroy(error);
    else socket.terminate();
  };
  // Not ws's own handshake timeout: that one starts over with every byte.
  const timer = setTimeout(() => giveUp(new EgressFailure('timeout', 'timed out')), timeoutMs);
  const onAbort = (): void => giveUp(new AppError('cancelled', 'cancelled'));
  socket.once('open', () => clearTimeout(timer));
  socket.once('close', () => {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  });
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted) onAbort();
  return socket;
}
