import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { WebSocket } from 'ws';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what the sandbox says is looked at as it comes
export type Message = { type: string } & Record<string, any>;

/** A bare WebSocket to a stand-in: what a vendor's protocol looks like without its SDK. */
export class RawSocket {
  readonly messages: Message[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();

  static async open(url: string, options: { key: string; caPath?: string }): Promise<RawSocket> {
    const ca = options.caPath && readFileSync(options.caPath);
    const socket = new WebSocket(url, { headers: { authorization: options.key }, ...(ca && { ca }) });
    const opened = new RawSocket(socket);
    await once(socket, 'open');
    return opened;
  }

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.messages.push(JSON.parse(String(data)) as Message);
      for (const check of this.#waiting) check();
    });
    this.closed = once(socket, 'close').then(([code, reason]) => ({ code: code as number, reason: String(reason) }));
  }

  send(message: Int16Array | Uint8Array | { type: string }): void {
    this.#socket.send('type' in message ? JSON.stringify(message) : message);
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  /** The first message, past or to come, that `matches`. */
  async next(matches: (message: Message) => boolean): Promise<Message> {
    const { promise, resolve } = Promise.withResolvers<Message>();
    const check = (): void => {
      const found = this.messages.find(matches);
      if (found) resolve(found);
    };
    this.#waiting.add(check);
    check();
    return promise.finally(() => this.#waiting.delete(check));
  }
}
