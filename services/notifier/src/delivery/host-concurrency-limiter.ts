import { SECOND } from '@earshot/kernel';
import type { ClaimRoom, DeliveryQueue } from '../store/delivery-queues.ts';

/** An attempt that ends within this time lets its host have more at once; a later one lets it have less. */
const QUICK_MS = SECOND;
const FEWEST = 2;
/** Attempts that wait on slow hosts cost a socket each and no work, so there may be several for each slot. */
const WAITERS_PER_SLOT = 4;
const FORGET_ABOVE = 10_000;

interface Host {
  limit: number;
  used: number;
  /** How many of its attempts are late at this time. */
  late: number;
  /** Its last attempt ended quickly. */
  isProven: boolean;
}

/** Which limits of the room a claim met: beyond them due queues may be waiting, which it did not return. */
export interface MetLimits {
  /** Whether this claim met any that stood before it: hosts without room are not looked at, and may have hidden others. */
  readonly isFresh: boolean;
  /** Whether a slot given back at this host may let in a queue that waits for it. */
  easedBy(host: string): boolean;
}

export function metLimits(room: ClaimRoom, claimed: readonly DeliveryQueue[]): MetLimits {
  const proven = new Set(room.hosts.filter((_, index) => room.proven[index]));
  const free = new Map(room.hosts.map((host, index) => [host, room.free[index] ?? 0]));
  for (const { host } of claimed) free.set(host, (free.get(host) ?? room.fresh) - 1);
  const isFull = claimed.length >= room.all;
  const isWary = claimed.filter(({ host }) => !proven.has(host)).length >= room.unproven;
  const isClosed = (host: string) => (free.get(host) ?? room.fresh) <= 0;
  return {
    isFresh: claimed.length > 0 && (isFull || isWary || claimed.some(({ host }) => isClosed(host))),
    easedBy: (host) => isFull || isClosed(host) || (isWary && !proven.has(host)),
  };
}

/** A queue's slot at its host, until it is given back. */
export interface Slot {
  /** Runs one attempt of the queue. */
  time<T>(attempt: () => Promise<T>): Promise<T>;
  give(): void;
}

/**
 * How many attempts may be under way, so that hosts that do not answer hold up nobody else. An attempt takes a slot
 * until it is late; from then on it waits outside of the slots. A host is proven while its attempts end quickly: it
 * starts with an eighth of all slots, and doubles up to half of them. One that is late has two attempts at most. Hosts
 * that are not proven, because nothing is known of them or because they were late, share half of the slots, and have
 * none while too many attempts are waiting; so a host that is proven finds room within a second, whatever the others do.
 */
export class HostConcurrencyLimiter {
  readonly #hosts = new Map<string, Host>();
  /** Attempts that are not late, the oldest first, with the time at which each will be. */
  readonly #punctual = new Map<symbol, { host: Host; lateAt: number }>();
  readonly #slots: number;
  readonly #now: () => number;
  readonly #fresh: number;

  /** `now` is in milliseconds of any clock that does not jump. */
  constructor(slots: number, now = () => performance.now()) {
    this.#slots = slots;
    this.#now = now;
    this.#fresh = Math.max(1, Math.floor(slots / 8));
  }

  take(name: string): Slot {
    const host = this.#of(name);
    host.used++;
    return {
      time: (attempt) => this.#time(host, attempt),
      give: () => void host.used--,
    };
  }

  /** What may be begun at this time. */
  room(): ClaimRoom {
    this.#findLate();
    const hosts = [...this.#hosts];
    let [held, unproven, waiting] = [0, 0, 0];
    for (const [, { used, late, isProven }] of hosts) {
      waiting += late;
      held += used - late;
      if (!isProven) unproven += used - late;
    }
    const all = Math.max(0, this.#slots - held);
    const isPatient = waiting < WAITERS_PER_SLOT * this.#slots;
    return {
      all,
      unproven: isPatient ? Math.min(all, Math.max(0, Math.ceil(this.#slots / 2) - unproven)) : 0,
      hosts: hosts.map(([name]) => name),
      free: hosts.map(([, { limit, used }]) => Math.max(0, limit - used)),
      proven: hosts.map(([, { isProven }]) => isProven),
      fresh: this.#fresh,
    };
  }

  async #time<T>(host: Host, attempt: () => Promise<T>): Promise<T> {
    const key = Symbol();
    this.#punctual.set(key, { host, lateAt: this.#now() + QUICK_MS });
    try {
      return await attempt();
    } finally {
      this.#findLate();
      if (this.#punctual.delete(key)) this.#praise(host);
      else host.late--;
    }
  }

  /** A quick failure is as good as a success: it holds up nobody. */
  #praise(host: Host): void {
    if (host.late > 0) return;
    host.isProven = true;
    host.limit = Math.min(Math.max(1, Math.floor(this.#slots / 2)), host.limit * 2);
  }

  #findLate(): void {
    const now = this.#now();
    for (const [key, { host, lateAt }] of this.#punctual) {
      if (lateAt > now) return;
      this.#punctual.delete(key);
      host.late++;
      host.isProven = false;
      host.limit = Math.min(FEWEST, this.#slots);
    }
  }

  #of(name: string): Host {
    let known = this.#hosts.get(name);
    if (!known) {
      if (this.#hosts.size >= FORGET_ABOVE) this.#forget();
      this.#hosts.set(name, (known = { limit: this.#fresh, used: 0, late: 0, isProven: false }));
    }
    return known;
  }

  #forget(): void {
    for (const [name, { used }] of this.#hosts) if (used === 0) this.#hosts.delete(name);
  }
}
