import type { Clock } from '@earshot/kernel';
import type { ClaimRoom, Holder, DeliveryQueue, DeliveryQueues } from '../store/delivery-queues.ts';
import { metLimits, type MetLimits } from './host-concurrency-limiter.ts';
import { WakeHints } from './wake-hints.ts';

/** How often due retries, and queues of instances that died, are looked for. */
export const POLL_MS = 500;
/** So many attempts at hosts that are not proven begin together: hundreds would keep the process from all others meanwhile. */
const UNPROVEN_AT_ONCE = 8;

export interface QueueClaimerOptions {
  readonly claim: DeliveryQueues['claim'];
  readonly claimThese: DeliveryQueues['claimThese'];
  /** Whether this process works on a queue. */
  readonly isInHand: (queueId: number) => boolean;
  /** When messages are due. */
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds of any clock that does not jump. */
  readonly now?: () => number;
}

/**
 * Which queues are claimed next. A look finds all that is due, the longest due first; it costs the more the more queues there
 * are. Queues that were just given a message are claimed by id, where nobody may be waiting before them.
 */
export class QueueClaimer {
  readonly #options: QueueClaimerOptions;
  readonly #now: () => number;
  readonly #hints: WakeHints;
  /** What the last look stopped at; undefined: there was no room for one. */
  #met: MetLimits | undefined;
  #isLookWanted = true;
  #lookedAt = -Infinity;
  /** The last look stopped at a limit of its own, and the next is to follow; hinted queues come between the two. */
  #isLookUnfinished = false;
  #wereHintsLast = false;

  constructor(options: QueueClaimerOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#hints = new WakeHints(options.isInHand);
  }

  /** Whether more is to be taken at once. */
  get isUnfinished(): boolean {
    return this.#isLookUnfinished;
  }

  /** These queues were given a message; answers whether it is worth taking again. */
  hint(queues: readonly DeliveryQueue[]): boolean {
    const { isAnyFree, areAllKept } = this.#hints.add(queues);
    if (!areAllKept) this.wantLook();
    return isAnyFree || !areAllKept;
  }

  /** Something may be due. */
  wantLook(): void {
    this.#isLookWanted = true;
  }

  /** A queue was released; answers whether it is worth taking again. */
  release({ queueId, host }: DeliveryQueue, { isDueAgain }: { isDueAgain: boolean }): boolean {
    const isHinted = this.#hints.release(queueId);
    const mayLetIn = isDueAgain || !this.#met || this.#met.easedBy(host);
    if (mayLetIn) this.wantLook();
    return mayLetIn || isHinted;
  }

  /** Claims queues, as far as there is room. */
  async take(holder: Holder, room: ClaimRoom): Promise<DeliveryQueue[]> {
    if (room.all === 0) {
      this.#met = undefined;
      this.#isLookUnfinished = false;
      return [];
    }
    const bite = { ...room, unproven: Math.min(room.unproven, UNPROVEN_AT_ONCE) };
    const queueIds = this.#takeHints(bite);
    this.#wereHintsLast = queueIds !== undefined;
    if (!queueIds) return this.#look(holder, bite);
    const { claimThese, clock } = this.#options;
    return claimThese({ instanceId: holder.instanceId, queueIds, now: clock.now() });
  }

  async #look(holder: Holder, room: ClaimRoom): Promise<DeliveryQueue[]> {
    const { claim, clock } = this.#options;
    // Before the claim: what comes from here on, it may not see.
    this.#isLookWanted = false;
    this.#lookedAt = this.#now();
    const claimed = await claim({ ...holder, now: clock.now(), room });
    this.#met = metLimits(room, claimed);
    this.#isLookUnfinished = this.#met.isFresh;
    return claimed;
  }

  /** The hinted queues, if nobody may be waiting for the slots they would have. Undefined: it takes a look. */
  #takeHints(room: ClaimRoom): number[] | undefined {
    const queues = this.#hints.take();
    const isLooksTurn = this.#isLookWanted || (this.#isLookUnfinished && this.#wereHintsLast);
    const before = this.#met;
    if (isLooksTurn || this.#now() - this.#lookedAt >= POLL_MS || queues.length === 0 || !before) return undefined;
    const then = metLimits(room, queues);
    if (queues.some(({ host }) => before.easedBy(host) || then.easedBy(host))) return undefined;
    return queues.map(({ queueId }) => queueId);
  }
}
