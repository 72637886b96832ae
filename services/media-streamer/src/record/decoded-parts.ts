import { SECOND } from '@earshot/kernel';

/** A minute is 5.8 MB. */
const MOST_PARTS = 4;
const KEPT_MS = 30 * SECOND;

/** Parts that were decoded lately: a player that asks for a recording piece by piece has each of its minutes decoded once. */
export class DecodedParts {
  readonly #parts = new Map<string, Promise<Buffer>>();

  /** What `decode` made of the part, now or lately. A failure is not kept. */
  get(key: string, decode: () => Promise<Buffer>): Promise<Buffer> {
    const known = this.#parts.get(key);
    if (known) return known;
    const decoding = decode();
    this.#parts.set(key, decoding);
    const [oldest] = this.#parts.keys();
    if (oldest !== undefined && this.#parts.size > MOST_PARTS) this.#parts.delete(oldest);
    const forget = () => {
      if (this.#parts.get(key) === decoding) this.#parts.delete(key);
    };
    decoding.then(() => setTimeout(forget, KEPT_MS).unref(), forget);
    return decoding;
  }
}
