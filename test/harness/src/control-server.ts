import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Watched } from './eventually.ts';

/** One message of a bot's control socket, as it came. */
export interface ControlMessage {
  /** Milliseconds since 1970. */
  readonly at: number;
  // A customer's own code would have types for these; a test looks at what is really there.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** One connection of a bot's control socket; it connects anew after each loss. */
export interface ControlConnection {
  readonly path: string;
  readonly messages: ControlMessage[];
  closeCode: number | undefined;
  /** Sends one command; a text goes as it is. */
  send(command: object | string): void;
  /** Sends PCM as `sendaudio`, 48 kHz mono unless said otherwise. */
  say(pcm: Int16Array, options?: { readonly sampleRate?: number; readonly channels?: number }): void;
  /** Breaks it without a goodbye. */
  cut(): void;
  /** Reads nothing more. */
  stall(): void;
}

export interface ControlServer {
  readonly connections: ControlConnection[];
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  close(): void;
}

/** The customer's end of control sockets: whatever its path, by which a bot is told from another. */
export function createControlServer(watched: Watched): ControlServer {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const connections: ControlConnection[] = [];
  const accept = (socket: WebSocket, path: string) => {
    const send = (command: object | string) =>
      socket.send(typeof command === 'string' ? command : JSON.stringify(command));
    const connection: ControlConnection = {
      path,
      messages: [],
      closeCode: undefined,
      send,
      say(pcm, { sampleRate = 48_000, channels = 1 } = {}) {
        const audiochunk = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).toString('base64');
        const format = { sample_rate: sampleRate, encoding: 'pcm16', channels, endianness: 'little' };
        send({ command: 'sendaudio', audiochunk, ...format });
      },
      cut: () => socket.terminate(),
      stall: () => socket.pause(),
    };
    connections.push(connection);
    socket.on('message', (data: Buffer) => {
      connection.messages.push({ at: Date.now(), body: JSON.parse(data.toString('utf8')) });
      watched.changed();
    });
    socket.on('close', (code) => {
      connection.closeCode = code;
      watched.changed();
    });
    watched.changed();
  };
  return {
    connections,
    upgrade: (request, stream, head) =>
      sockets.handleUpgrade(request, stream, head, (socket) => accept(socket, request.url ?? '')),
    close() {
      for (const client of sockets.clients) client.terminate();
    },
  };
}
