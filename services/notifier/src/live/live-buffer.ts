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

/** What waits on one live line, in order. Bounded: partials make room for finals, and finals are never dropped. */
export class LiveBuffer {
  #messages: LiveMessage[] = [];
  readonly #capacity: number;
  /** Partials that a newer one took the place of. */
  superseded = 0;
  /** Partials that went because there was no room. */
  dropped = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#messages.length;
  }

  get finals(): number {
    return this.#messages.filter(isFinal).length;
  }

  /** Queues a message behind all others; false: it is a final and there is no room. */
  push(message: LiveMessage): boolean {
    if (!isFinal(message)) {
      const older = this.#messages.findIndex((waiting) => waiting.supersedesKey === message.supersedesKey);
      if (older >= 0) {
        this.#messages.splice(older, 1);
        this.superseded++;
      }
    }
    if (this.#messages.length >= this.#capacity && !this.#makeRoom()) {
      if (isFinal(message)) return false;
      this.dropped++;
      return true;
    }
    this.#messages.push(message);
    return true;
  }

  shift(): LiveMessage | undefined {
    return this.#messages.shift();
  }

  /** Puts a message that was taken, and did not arrive, back to the front. */
  unshift(message: LiveMessage): void {
    this.#messages.unshift(message);
  }

  #makeRoom(): boolean {
    const partial = this.#messages.findIndex((waiting) => !isFinal(waiting));
    if (partial < 0) return false;
    this.#messages.splice(partial, 1);
    this.dropped++;
    return true;
  }
}
