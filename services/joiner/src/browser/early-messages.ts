/** A page's reports are so much slower than its socket at most. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Messages of a page's documents that wait for what its reports have to say first, in order. */
export class EarlyMessages {
  readonly #waiting = new Map<number, Buffer[]>();
  #bytes = 0;

  /** Answers whether there is room for it. */
  keep(document: number, bytes: Buffer): boolean {
    if (this.#bytes + bytes.length > MAX_BYTES) return false;
    this.#bytes += bytes.length;
    this.#waiting.set(document, [...(this.#waiting.get(document) ?? []), bytes]);
    return true;
  }

  /** Whether messages of a document wait, behind which later ones have to wait, too. */
  has(document: number): boolean {
    return this.#waiting.has(document);
  }

  /** Takes out all that wait. */
  takeAll(): Buffer[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    this.#bytes = 0;
    return all;
  }
}
