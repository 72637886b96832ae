import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { Watched } from '@earshot/harness';
import { WebSocket } from 'ws';

/** What a customer asks for, and where. */
export interface Order {
  readonly path: string;
  readonly authorization: string | undefined;
  // A test looks at what is really there.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

const BOT_ID = 'bot-1';
const RATE = 24_000;
const FRAME_SAMPLES = RATE / 50;

/**
 * Earshot as a voice agent sees it, without a meeting: an API that takes orders, and one bot that connects to its customer's sockets,
 * brings what people say, and takes what it is to say.
 */
export class FakeBot implements AsyncDisposable {
  readonly orders: Order[] = [];
  readonly watched = new Watched();
  /** By the control socket, in order. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly commands: any[] = [];
  readonly #server = createServer();
  #audio: WebSocket | undefined;
  #control: WebSocket | undefined;

  static async start(): Promise<FakeBot> {
    const bot = new FakeBot();
    bot.#server.on('request', async (request, response) => {
      const { authorization } = request.headers;
      bot.orders.push({ path: request.url ?? '', authorization, body: await json(request) });
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ bot_id: BOT_ID }));
      bot.watched.changed();
    });
    bot.#server.listen(0, '127.0.0.1');
    await once(bot.#server, 'listening');
    return bot;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Is let into the meeting that was ordered: connects as the documentation has it. */
  async enter({ body }: Order): Promise<void> {
    this.#audio = new WebSocket(body.live_audio_required.websocket_url);
    this.#control = new WebSocket(body.socket_connection_url.websocket_url);
    this.#control.on('message', (data: Buffer) => {
      this.commands.push(JSON.parse(data.toString()));
      this.watched.changed();
    });
    const ready = JSON.stringify({ type: 'ready', bot_id: BOT_ID, message: 'Ready to receive messages' });
    for (const socket of [this.#audio, this.#control]) {
      await once(socket, 'open');
      socket.send(ready);
    }
  }

  /** Frames of a mix in which one person speaks, or nobody. */
  hear(pcm: Int16Array, speaker = 'Ann'): void {
    const about = Buffer.concat([Buffer.of(1), text('person-1'), text(speaker)]);
    for (let at = 0; at < pcm.length; at += FRAME_SAMPLES) {
      const { buffer, byteOffset, byteLength } = pcm.subarray(at, at + FRAME_SAMPLES);
      this.#audio?.send(Buffer.concat([about, Buffer.from(buffer, byteOffset, byteLength)]));
    }
  }

  tell(message: object): void {
    this.#control?.send(JSON.stringify(message));
  }

  /** What it was given to say since the command with this index. */
  spokenSince(index: number): Buffer {
    const chunks = this.commands.slice(index).filter(({ command }) => command === 'sendaudio');
    return Buffer.concat(chunks.map(({ audiochunk }) => Buffer.from(audiochunk, 'base64')));
  }

  /** Loses the network for a moment. */
  loseControl(): void {
    this.#control?.terminate();
  }

  leave(): void {
    for (const socket of [this.#audio, this.#control]) socket?.close(1000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of [this.#audio, this.#control]) socket?.terminate();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(bytes.length);
  return Buffer.concat([length, bytes]);
}
