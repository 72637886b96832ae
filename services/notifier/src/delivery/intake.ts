import type { Clock } from '@earshot/kernel';
import type { ClaimRoom, Holder, Line, Lines } from '../store/lines.ts';
import { metLimits, type MetLimits } from './host-slots.ts';
import { Offers } from './offers.ts';

/** How often due retries, and lines of instances that died, are looked for. */
export const POLL_MS = 500;
/** So many attempts at hosts that are not proven begin together: hundreds would keep the process from all others meanwhile. */
const UNPROVEN_AT_ONCE = 8;

export interface IntakeOptions {
  readonly claim: Lines['claim'];
  readonly claimThese: Lines['claimThese'];
  /** Whether this process works on a line. */
  readonly isInHand: (lineId: number) => boolean;
  /** When messages are due. */
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds of any clock that does not jump. */
  readonly now?: () => number;
}

/**
 * Which lines are taken next. A look finds all that is due, the longest due first; it costs the more the more lines there
 * are. Lines that were just given a message are claimed by name, where nobody may be waiting before them.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #now: () => number;
  readonly #offers: Offers;
  /** What the last look stopped at; undefined: there was no room for one. */
  #met: MetLimits | undefined;
  #isLookWanted = true;
  #lookedAt = -Infinity;
  /** The last look stopped at a limit of its own, and the next is to follow; what is offered comes between the two. */
  #isLookUnfinished = false;
  #wereOffersLast = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#offers = new Offers(options.isInHand);
  }

  /** Whether more is to be taken at once. */
  get isUnfinished(): boolean {
    return this.#isLookUnfinished;
  }

  /** These lines were given a message; answers whether it is worth taking again. */
  offer(lines: readonly Line[]): boolean {
    const { isAnyFree, areAllKept } = this.#offers.add(lines);
    if (!areAllKept) this.wantLook();
    return isAnyFree || !areAllKept;
  }

  /** Something may be due. */
  wantLook(): void {
    this.#isLookWanted = true;
  }

  /** A line is in nobody's hands any more; answers whether it is worth taking again. */
  letGo({ lineId, host }: Line, { isDueAgain }: { isDueAgain: boolean }): boolean {
    const isOffered = this.#offers.letGo(lineId);
    const mayLetIn = isDueAgain || !this.#met || this.#met.easedBy(host);
    if (mayLetIn) this.wantLook();
    return mayLetIn || isOffered;
  }

  /** Claims lines, as far as there is room. */
  async take(holder: Holder, room: ClaimRoom): Promise<Line[]> {
    if (room.all === 0) {
      this.#met = undefined;
      this.#isLookUnfinished = false;
      return [];
    }
    const bite = { ...room, unproven: Math.min(room.unproven, UNPROVEN_AT_ONCE) };
    const lineIds = this.#takeOffers(bite);
    this.#wereOffersLast = lineIds !== undefined;
    if (!lineIds) return this.#look(holder, bite);
    const { claimThese, clock } = this.#options;
    return claimThese({ instanceId: holder.instanceId, lineIds, now: clock.now() });
  }

  async #look(holder: Holder, room: ClaimRoom): Promise<Line[]> {
    const { claim, clock } = this.#options;
    // Before the claim: what comes from here on, it may not see.
    this.#isLookWanted = false;
    this.#lookedAt = this.#now();
    const claimed = await claim({ ...holder, now: clock.now(), room });
    this.#met = metLimits(room, claimed);
    this.#isLookUnfinished = this.#met.isFresh;
    return claimed;
  }

  /** The offered lines, if nobody may be waiting for the places they would have. Undefined: it takes a look. */
  #takeOffers(room: ClaimRoom): number[] | undefined {
    const lines = this.#offers.take();
    const isLooksTurn = this.#isLookWanted || (this.#isLookUnfinished && this.#wereOffersLast);
    const before = this.#met;
    if (isLooksTurn || this.#now() - this.#lookedAt >= POLL_MS || lines.length === 0 || !before) return undefined;
    const then = metLimits(room, lines);
    if (lines.some(({ host }) => before.easedBy(host) || then.easedBy(host))) return undefined;
    return lines.map(({ lineId }) => lineId);
  }
}
