// As the browser has it, not as a page may have it later: a method or an accessor of the page's own making, called with the
// socket, would have its address, and could speak as we do.
const NativeSocket = globalThis.WebSocket;
const { apply } = Reflect;
const NativeBuffer = ArrayBuffer;
const { addEventListener } = EventTarget.prototype;
const send = NativeSocket?.prototype.send;
const getterOf = (name: 'bufferedAmount' | 'readyState') =>
  NativeSocket && Object.getOwnPropertyDescriptor(NativeSocket.prototype, name)?.get;
const [bufferedAmount, readyState] = [getterOf('bufferedAmount'), getterOf('readyState')];

const setBinaryType = NativeSocket && Object.getOwnPropertyDescriptor(NativeSocket.prototype, 'binaryType')?.set;
const dataOf = globalThis.MessageEvent && Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')?.get;

/** WebSocket.OPEN and CLOSING, behind which CLOSED follows. */
const [OPEN, CLOSING] = [1, 2];

export interface PageSocketOptions {
  readonly url: string;
  readonly maxBufferedBytes: number;
  readonly onOpen?: () => void;
  readonly onMessage?: (text: string) => void;
  readonly onBytes?: (bytes: ArrayBuffer) => void;
}

/** What did not leave the page. */
export interface SocketDrops {
  messages: number;
  bytes: number;
}

/**
 * A binary way out of the page. Nothing is kept for later: what finds no open socket, or one behind which more waits than it may
 * hold, is dropped and counted, so that a reader who is slow costs the page bounded memory.
 */
export class PageSocket {
  readonly drops: SocketDrops = { messages: 0, bytes: 0 };
  #socket: WebSocket;
  #maxBufferedBytes: number;

  /**
   * Throws where there are no sockets. `onOpen` is called once, when what is sent goes out; `onMessage` gets each text that comes,
   * `onBytes` what is none.
   */
  constructor({ url, maxBufferedBytes, onOpen, onMessage, onBytes }: PageSocketOptions) {
    this.#maxBufferedBytes = maxBufferedBytes;
    this.#socket = new NativeSocket(url);
    if (onOpen) apply(addEventListener, this.#socket, ['open', () => onOpen()]);
    if (!onMessage && !onBytes) return;
    apply(setBinaryType as (type: string) => void, this.#socket, ['arraybuffer']);
    const take = (event: Event) => {
      const data: unknown = apply(dataOf as () => unknown, event, []);
      if (typeof data === 'string') onMessage?.(data);
      else if (data instanceof NativeBuffer) onBytes?.(data);
    };
    apply(addEventListener, this.#socket, ['message', take]);
  }

  get isOpen(): boolean {
    return apply(readyState as () => number, this.#socket, []) === OPEN;
  }

  /** It was refused, or broke: nothing will go out any more. */
  get isClosed(): boolean {
    return apply(readyState as () => number, this.#socket, []) >= CLOSING;
  }

  /** Answers whether the bytes are on their way. */
  send(bytes: Uint8Array<ArrayBuffer>): boolean {
    const waiting = apply(bufferedAmount as () => number, this.#socket, []);
    if (this.isOpen && waiting + bytes.byteLength <= this.#maxBufferedBytes) {
      apply(send, this.#socket, [bytes]);
      return true;
    }
    this.drops.messages += 1;
    this.drops.bytes += bytes.byteLength;
    return false;
  }
}
