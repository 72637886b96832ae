import type { Line } from '../store/lines.ts';

/** So many are remembered; whatever is beyond is found by a look at all that is due. */
const MOST = 1000;

/** Lines that were just given a message: those that nobody works on may be claimed without looking for what is due. */
export class Offers {
  readonly #isInHand: (lineId: number) => boolean;
  #free = new Map<number, Line>();
  /** Whoever works on them finds the message, or lets them go before it does. */
  readonly #inHand = new Map<number, Line>();

  constructor(isInHand: (lineId: number) => boolean) {
    this.#isInHand = isInHand;
  }

  /** Answers whether there is anything to take, and whether all were remembered. */
  add(lines: readonly Line[]): { isAnyFree: boolean; areAllKept: boolean } {
    for (const [at, line] of lines.entries()) {
      if (this.#free.size + this.#inHand.size >= MOST) return { isAnyFree: at > 0, areAllKept: false };
      this.#put(line);
    }
    return { isAnyFree: this.#free.size > 0, areAllKept: true };
  }

  /** A line is in nobody's hands any more; answers whether it was offered meanwhile. */
  letGo(lineId: number): boolean {
    const line = this.#inHand.get(lineId);
    if (!line) return false;
    this.#inHand.delete(lineId);
    this.#free.set(lineId, line);
    return true;
  }

  /** The lines that are in nobody's hands, once. */
  take(): Line[] {
    const lines = [...this.#free.values()];
    this.#free = new Map();
    // A look may have claimed some since they were offered.
    for (const line of lines) this.#put(line);
    const free = [...this.#free.values()];
    this.#free = new Map();
    return free;
  }

  #put(line: Line): void {
    (this.#isInHand(line.lineId) ? this.#inHand : this.#free).set(line.lineId, line);
  }
}
