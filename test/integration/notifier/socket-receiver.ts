import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** A customer's WebSocket endpoint that records what it was sent, each as text with its connection's number. */
export async function startSocketReceiver() {
  const received: { connection: number; text: string; isBinary: boolean }[] = [];
  const closes: number[] = [];
  const sockets: WebSocket[] = [];
  const watchers = new Set<() => void>();
  const tell = () => watchers.forEach((watch) => watch());
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    const connection = sockets.push(socket);
    socket.on('message', (data: Buffer, isBinary) => {
      received.push({ connection, text: String(data), isBinary });
      tell();
    });
    socket.on('close', (code) => {
      closes.push(code);
      tell();
    });
  });
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    closes,
    /** Ends the newest connection without a word. */
    drop: () => sockets.at(-1)?.terminate(),
    until(enough: () => boolean): Promise<void> {
      return new Promise((resolve) => {
        const watch = () => {
          if (!enough()) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      });
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
