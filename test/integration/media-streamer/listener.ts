import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

export interface LiveMessage {
  readonly encoding: 'pcm' | 'opus';
  readonly id: string;
  readonly name: string;
  /** Samples, or one packet. */
  readonly pcm: Buffer;
  readonly atMs: number;
}

/** One connection of the live audio socket, as a customer sees it. */
export interface Connection {
  readonly socket: WebSocket;
  readonly texts: string[];
  readonly messages: LiveMessage[];
  /** The code it is closed with. */
  readonly closed: Promise<number>;
}

/** A customer's server for live audio. */
export class Listener implements AsyncDisposable {
  readonly #server: WebSocketServer;
  readonly connections: Connection[] = [];
  #waiting = new Set<() => void>();

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on('connection', (socket) => this.#take(socket));
  }

  static async listen(): Promise<Listener> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    return new Listener(server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/bridge/audio`;
  }

  /** Resolves when something has been received for which `condition` holds. */
  async until<T>(condition: () => T | undefined): Promise<T> {
    for (let found = condition(); ; found = condition()) {
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(socket: WebSocket): void {
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    const connection: Connection = { socket, texts: [], messages: [], closed };
    this.connections.push(connection);
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) connection.messages.push(parse(data));
      else {
        connection.texts.push(data.toString());
        socket.send('{"type":"ack","message":"Audio channel bound"}');
      }
      this.#notify();
    });
    socket.once('close', () => this.#notify());
    this.#notify();
  }

  #notify(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/** Reads a message as the public contract lays it out; by its own means, to check the other side's. */
function parse(data: Buffer): LiveMessage {
  if (data[0] !== 0x01 && data[0] !== 0x02) throw new Error('not an audio message');
  const idEnd = 3 + data.readUInt16LE(1);
  const nameEnd = idEnd + 2 + data.readUInt16LE(idEnd);
  return {
    encoding: data[0] === 0x01 ? 'pcm' : 'opus',
    id: data.toString('utf8', 3, idEnd),
    name: data.toString('utf8', idEnd + 2, nameEnd),
    pcm: data.subarray(nameEnd),
    atMs: performance.now(),
  };
}
