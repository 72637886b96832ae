import type { AccountId, BotId } from '@earshot/kernel';

/** A message of the live class. */
export interface LiveMessage {
  readonly messageId: string;
  readonly accountId: AccountId;
  readonly botId: BotId;
  readonly url: string;
  readonly body: Buffer;
  /** Set for a partial: a newer message with the same key takes its place. Empty for a final. */
  readonly supersedesKey: string;
  /** Milliseconds since 1970. */
  readonly queuedAt: number;
}

export function isFinal(message: Pick<LiveMessage, 'supersedesKey'>): boolean {
  return message.supersedesKey === '';
}

/** What a message costs beside its body: an estimate of its objects. */
const MESSAGE_OVERHEAD = 500;

export function costOf({ body, url }: Pick<LiveMessage, 'body' | 'url'>): number {
  return body.byteLength + url.length + MESSAGE_OVERHEAD;
}

export interface BufferLimits {
  /** Most messages. */
  readonly capacity: number;
  /** Most bytes, the message that is on its way included. */
  readonly maxBytes: number;
}

/** What a buffer shares with all others. */
export interface SharedRoom {
  /** Makes room for so many bytes more; false: there is none. */
  admit(buffer: LiveBuffer, bytes: number): boolean;
  /** A buffer has become larger, or smaller. */
  resized(buffer: LiveBuffer, bytes: number): void;
  dropped(buffer: LiveBuffer, what: { final: boolean }): void;
}

/** What waits on one live queue, in order. Bounded: partials make room for finals. */
export class LiveBuffer {
  #messages: LiveMessage[] = [];
  readonly #limits: BufferLimits;
  readonly #room: SharedRoom | undefined;
  #waitingBytes = 0;
  #inFlightBytes = 0;
  /** Partials that a newer one took the place of. */
  superseded = 0;
  /** Messages that went because there was no room. */
  droppedPartials = 0;
  droppedFinals = 0;
  /** Messages that the far side will not get, since the last report of how many. */
  missed = 0;

  constructor(limits: BufferLimits, room?: SharedRoom) {
    this.#limits = limits;
    this.#room = room;
  }

  get length(): number {
    return this.#messages.length;
  }

  get finals(): number {
    return this.#messages.filter(isFinal).length;
  }

  /** Bytes of what waits. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Queues a message behind all others; false: it is a final and there is no room. */
  push(message: LiveMessage): boolean {
    if (!isFinal(message)) {
      const older = this.#messages.findIndex((waiting) => waiting.supersedesKey === message.supersedesKey);
      if (older >= 0) {
        this.#remove(older);
        this.superseded++;
      }
    }
    const cost = costOf(message);
    if (!this.#hasRoomFor(cost)) {
      this.#drop(message);
      return !isFinal(message);
    }
    this.#messages.push(message);
    this.#resize(cost);
    return true;
  }

  /** The next message, which is on its way from here on: it goes with `settle`, or comes back with `putBack`. */
  take(): LiveMessage | undefined {
    const message = this.#messages.shift();
    if (!message) return undefined;
    const cost = costOf(message);
    this.#waitingBytes -= cost;
    this.#inFlightBytes = cost;
    return message;
  }

  /** The message on its way has arrived, or never will. */
  settle(): void {
    this.#room?.resized(this, -this.#inFlightBytes);
    this.#inFlightBytes = 0;
  }

  /** The message on its way did not arrive: it is the next one again. */
  putBack(message: LiveMessage): void {
    this.#messages.unshift(message);
    this.#waitingBytes += this.#inFlightBytes;
    this.#inFlightBytes = 0;
  }

  /** Makes room by a partial that waits, the oldest; false: there is none. */
  dropPartial(): boolean {
    const partial = this.#messages.findIndex((waiting) => !isFinal(waiting));
    if (partial < 0) return false;
    this.#drop(this.#remove(partial));
    return true;
  }

  /** Makes room by the oldest message there is, a partial if possible; false: nothing waits. */
  dropOldest(): boolean {
    if (this.dropPartial()) return true;
    if (this.#messages.length === 0) return false;
    this.#drop(this.#remove(0));
    return true;
  }

  /** Gives all memory back; nothing waits any more. */
  clear(): void {
    this.#messages = [];
    this.#resize(-this.#waitingBytes);
    this.settle();
  }

  #hasRoomFor(cost: number): boolean {
    const { capacity, maxBytes } = this.#limits;
    const isFull = () =>
      this.#messages.length >= capacity || this.#waitingBytes + this.#inFlightBytes + cost > maxBytes;
    while (isFull()) if (!this.dropPartial()) return false;
    return this.#room?.admit(this, cost) ?? true;
  }

  #drop(message: LiveMessage): void {
    const final = isFinal(message);
    if (final) this.droppedFinals++;
    else this.droppedPartials++;
    this.missed++;
    this.#room?.dropped(this, { final });
  }

  #remove(index: number): LiveMessage {
    const [message] = this.#messages.splice(index, 1) as [LiveMessage];
    this.#resize(-costOf(message));
    return message;
  }

  #resize(bytes: number): void {
    this.#waitingBytes += bytes;
    this.#room?.resized(this, bytes);
  }
}
