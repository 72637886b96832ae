import { SECOND } from '@earshot/kernel';

/** An end within this time lets a host have more at once; a later one lets it have less. */
const QUICK_MS = SECOND;
const FEWEST = 2;
const FORGET_ABOVE = 10_000;

interface Host {
  limit: number;
  used: number;
}

/**
 * How many attempts may be under way to one host. A host starts with an eighth of all slots, doubles up to half of them
 * while it is quick, and is halved down to two while it does not: dead ones together leave room for the others.
 */
export class HostSlots {
  readonly #hosts = new Map<string, Host>();
  readonly #most: number;
  readonly fresh: number;

  constructor(concurrency: number) {
    this.#most = Math.max(1, Math.floor(concurrency / 2));
    this.fresh = Math.max(1, Math.floor(concurrency / 8));
  }

  take(host: string): void {
    this.#of(host).used++;
  }

  give(host: string): void {
    this.#of(host).used--;
  }

  /** Takes note of how long an attempt took; a quick failure holds up nobody. */
  note(host: string, latencyMs: number): void {
    const known = this.#of(host);
    known.limit =
      latencyMs < QUICK_MS
        ? Math.min(this.#most, known.limit * 2)
        : Math.max(Math.min(FEWEST, this.#most), Math.floor(known.limit / 2));
  }

  /** Free slots of the hosts that are known; others have `fresh`. */
  room(): { hosts: string[]; free: number[] } {
    const entries = [...this.#hosts];
    return {
      hosts: entries.map(([host]) => host),
      free: entries.map(([, { limit, used }]) => Math.max(0, limit - used)),
    };
  }

  #of(host: string): Host {
    let known = this.#hosts.get(host);
    if (!known) {
      if (this.#hosts.size >= FORGET_ABOVE) this.#forget();
      this.#hosts.set(host, (known = { limit: this.fresh, used: 0 }));
    }
    return known;
  }

  #forget(): void {
    for (const [host, { used }] of this.#hosts) if (used === 0) this.#hosts.delete(host);
  }
}
