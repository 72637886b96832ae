import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { SECOND } from '@earshot/kernel';

/** Of one message: the largest keyframe of a screen at 4K stays below. More closes the socket that sent it with 1009. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
/** As many documents of a bot's page may report: see media-collector.ts. */
const MAX_SOCKETS = 50;
/** Of all bots, those that are refused included. */
const MAX_CONNECTIONS = 2000;
/** For a request to be whole. */
const REQUEST_MS = 5 * SECOND;

/**
 * What a context has to grant where the browser takes its pages for public ones (a proxy that is not on this machine): else Chromium
 * refuses them this machine's addresses. With a proxy it opens nothing but `port`, since all else goes to the proxy.
 */
export const SOCKET_PERMISSION = 'local-network-access';

/** What a context has to grant for a browser that leaves by this proxy; empty: by none. */
export function socketPermissions(proxy: string): readonly string[] {
  if (proxy === '') return [];
  const { hostname } = new URL(proxy);
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return isHere ? [] : [SOCKET_PERMISSION];
}

export interface PageSocketCounts {
  /** Requests with a path that is nobody's, or for more than a bot may have. */
  refused: number;
}

/** Behind so much that a page has not read, what else there is for it is dropped. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** One socket of a document. */
export interface PageSocketLink {
  send(bytes: Uint8Array): void;
}

/** What comes by the sockets of one bot's page, which is not to be trusted. */
export interface PageSocketListener {
  /** Gets each message as it is. */
  onMessage(bytes: Buffer, from: PageSocketLink): void;
  onOpen?(link: PageSocketLink): void;
  onClosed?(link: PageSocketLink): void;
}

/** One bot's way out of its page. */
export interface PageSocketPath {
  /** Where the page connects to. Whoever knows it is taken for the bot's page: nobody else may learn it. */
  readonly url: string;
  /** To all documents of the page that are connected. */
  send(text: string): void;
  /** Refuses what comes from now on, and cuts what is connected. */
  close(): void;
}

/**
 * A binary way out of pages: what they send over WebSockets to this machine's own address. One for all bots of a browser. A
 * request with any other path than those that were given out is refused before it becomes a socket.
 */
export interface PageSockets extends AsyncDisposable {
  /** Of 127.0.0.1. The browser has to go there past its proxy. */
  readonly port: number;
  readonly counts: Readonly<PageSocketCounts>;
  open(listener: PageSocketListener): PageSocketPath;
}

interface Owner {
  readonly connected: Set<WebSocket>;
  readonly closing: AbortController;
  readonly listener: PageSocketListener;
}

/** Listens on a port of the system's choice. */
export async function startPageSockets(): Promise<PageSockets> {
  const server = createServer((_, response) => void response.writeHead(404, { connection: 'close' }).end());
  // Deflating costs both ends, and frames are compressed already.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const owners = new Map<string, Owner>();
  const counts: PageSocketCounts = { refused: 0 };
  server.maxConnections = MAX_CONNECTIONS;
  server.headersTimeout = server.requestTimeout = REQUEST_MS;

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // What a page does to its own socket is no fault of ours.
    stream.on('error', () => {});
    const owner = owners.get(request.url ?? '');
    if (!owner || owner.connected.size >= MAX_SOCKETS) {
      counts.refused += 1;
      stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () => stream.destroy());
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      owner.connected.add(socket);
      const cut = () => socket.terminate();
      const link: PageSocketLink = {
        send(bytes) {
          if (socket.bufferedAmount < MAX_UNREAD_BYTES) socket.send(bytes, () => {});
        },
      };
      owner.closing.signal.addEventListener('abort', cut);
      socket.on('message', (bytes, isBinary) => {
        if (isBinary && !owner.closing.signal.aborted) owner.listener.onMessage(bytes as Buffer, link);
      });
      // Too large, or no WebSocket: it is closed with the reason.
      socket.on('error', () => {});
      socket.on('close', () => {
        owner.connected.delete(socket);
        owner.closing.signal.removeEventListener('abort', cut);
        owner.listener.onClosed?.(link);
      });
      owner.listener.onOpen?.(link);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    port,
    counts,
    open(listener) {
      const path = `/${randomBytes(32).toString('base64url')}`;
      const closing = new AbortController();
      const connected = new Set<WebSocket>();
      owners.set(path, { connected, closing, listener });
      return {
        url: `ws://127.0.0.1:${port}${path}`,
        send(text) {
          for (const socket of connected) socket.send(text, () => {});
        },
        close() {
          owners.delete(path);
          closing.abort();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      for (const { closing } of owners.values()) closing.abort();
      owners.clear();
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
