import { metrics, type Meter } from '@opentelemetry/api';
import type { AccountId } from '@earshot/kernel';
import { LiveBuffer, type BufferLimits, type SharedRoom } from './live-buffer.ts';

export interface LiveLimits extends BufferLimits {
  /** Most bytes of all queues of one account. */
  readonly accountBytes: number;
  /** Most bytes of all queues. */
  readonly totalBytes: number;
}

interface Account {
  readonly buffers: Set<LiveBuffer>;
  bytes: number;
}

/**
 * What waits on all live queues together. Whoever takes the most makes room for the others: the account with the most bytes, of
 * its queues the largest, of that partials before finals.
 */
export class LiveMemory implements SharedRoom {
  readonly #limits: LiveLimits;
  readonly #accounts = new Map<AccountId, Account>();
  readonly #owners = new Map<LiveBuffer, Account>();
  readonly #drops;
  #bytes = 0;
  #unsaid = { partials: 0, finals: 0 };

  constructor(limits: LiveLimits, meter: Meter = metrics.getMeter('earshot.notifier')) {
    this.#limits = limits;
    this.#drops = meter.createCounter('earshot.notifier.live.dropped', {
      description: 'Live messages for which there was no room',
      unit: '{message}',
    });
    meter
      .createObservableGauge('earshot.notifier.live.waiting', { description: 'Live messages that wait', unit: 'By' })
      .addCallback((result) => result.observe(this.#bytes));
  }

  get bytes(): number {
    return this.#bytes;
  }

  open(accountId: AccountId): LiveBuffer {
    const account = this.#accounts.get(accountId) ?? { buffers: new Set(), bytes: 0 };
    this.#accounts.set(accountId, account);
    const buffer = new LiveBuffer(this.#limits, this);
    account.buffers.add(buffer);
    this.#owners.set(buffer, account);
    return buffer;
  }

  close(accountId: AccountId, buffer: LiveBuffer): void {
    buffer.clear();
    const account = this.#owners.get(buffer);
    this.#owners.delete(buffer);
    account?.buffers.delete(buffer);
    if (account?.buffers.size === 0) this.#accounts.delete(accountId);
  }

  admit(buffer: LiveBuffer, bytes: number): boolean {
    const own = this.#owners.get(buffer);
    if (!own) return false;
    const { accountBytes, totalBytes } = this.#limits;
    while (own.bytes + bytes > accountBytes) if (!makeRoom(own, { buffer, own, bytes })) return false;
    while (this.#bytes + bytes > totalBytes) {
      const largest = [...this.#accounts.values()].reduce((most, each) => (each.bytes > most.bytes ? each : most), own);
      if (!makeRoom(largest, { buffer, own, bytes })) return false;
    }
    return true;
  }

  resized(buffer: LiveBuffer, bytes: number): void {
    const account = this.#owners.get(buffer);
    if (account) account.bytes += bytes;
    this.#bytes += bytes;
  }

  dropped(_: LiveBuffer, { final }: { final: boolean }): void {
    this.#drops.add(1, { final });
    this.#unsaid[final ? 'finals' : 'partials']++;
  }

  /** How many were dropped since this was asked last; undefined for none. */
  takeDrops(): { partials: number; finals: number } | undefined {
    const { partials, finals } = this.#unsaid;
    this.#unsaid = { partials: 0, finals: 0 };
    return partials + finals > 0 ? { partials, finals } : undefined;
  }
}

/** Takes something from the account's largest queue for another's message. A queue that wants more than others have gets nothing of theirs. */
function makeRoom(
  account: Account,
  { buffer, own, bytes }: { buffer: LiveBuffer; own: Account; bytes: number },
): boolean {
  const largest = [...account.buffers].reduce((most, each) => (each.waitingBytes > most.waitingBytes ? each : most));
  const isLargerQueue = largest !== buffer && (account !== own || largest.waitingBytes > buffer.waitingBytes + bytes);
  return isLargerQueue ? largest.dropOldest() : buffer.dropPartial();
}
