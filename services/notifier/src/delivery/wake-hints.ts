import type { DeliveryQueue } from '../store/delivery-queues.ts';

/** So many are remembered; whatever is beyond is found by a look at all that is due. */
const MOST = 1000;

/** Queues that were just given a message: those that nobody works on may be claimed without looking for what is due. */
export class WakeHints {
  readonly #isInHand: (queueId: number) => boolean;
  #free = new Map<number, DeliveryQueue>();
  /** Whoever works on them finds the message, or releases them before it does. */
  readonly #inHand = new Map<number, DeliveryQueue>();

  constructor(isInHand: (queueId: number) => boolean) {
    this.#isInHand = isInHand;
  }

  /** Answers whether there is anything to take, and whether all were remembered. */
  add(queues: readonly DeliveryQueue[]): { isAnyFree: boolean; areAllKept: boolean } {
    for (const [at, queue] of queues.entries()) {
      if (this.#free.size + this.#inHand.size >= MOST) return { isAnyFree: at > 0, areAllKept: false };
      this.#put(queue);
    }
    return { isAnyFree: this.#free.size > 0, areAllKept: true };
  }

  /** A queue was released; answers whether it was added meanwhile. */
  release(queueId: number): boolean {
    const queue = this.#inHand.get(queueId);
    if (!queue) return false;
    this.#inHand.delete(queueId);
    this.#free.set(queueId, queue);
    return true;
  }

  /** The queues that nobody works on, once. */
  take(): DeliveryQueue[] {
    const queues = [...this.#free.values()];
    this.#free = new Map();
    // A look may have claimed some since they were added.
    for (const queue of queues) this.#put(queue);
    const free = [...this.#free.values()];
    this.#free = new Map();
    return free;
  }

  #put(queue: DeliveryQueue): void {
    (this.#isInHand(queue.queueId) ? this.#inHand : this.#free).set(queue.queueId, queue);
  }
}
