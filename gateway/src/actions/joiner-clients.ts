import type { JoinerServiceService } from '@earshot/contract/joiner/v1/joiner.ts';
import { AppError, MINUTE, type Clock } from '@earshot/kernel';
import type { RpcClient } from '@earshot/rpc';

export type Joiner = RpcClient<typeof JoinerServiceService>;

/** Connections that are kept at a time: ten thousand bots have about as many joiners. */
const MOST = 1000;
/** Without a call for so long, a joiner is not connected to any more. */
const IDLE_MS = 5 * MINUTE;

interface Connected {
  readonly joiner: Joiner;
  calls: number;
  usedAt: number;
}

/** Connections to joiners, each made when it is first used. */
export interface JoinerClients extends AsyncDisposable {
  /** Calls the joiner at an address. Throws `unavailable` where too many others are being called, and what the call throws. */
  use<T>(address: string, call: (joiner: Joiner) => Promise<T>): Promise<T>;
  /** Closes those that have not been used for a while. */
  closeIdle(): Promise<void>;
  readonly size: number;
}

export function createJoinerClients(
  open: (address: string) => Joiner,
  { clock, most = MOST }: { clock: Pick<Clock, 'monotonicNow'>; most?: number },
): JoinerClients {
  /** The one that was used last is at the end. */
  const connected = new Map<string, Connected>();

  async function close(address: string): Promise<void> {
    const joiner = connected.get(address)?.joiner;
    connected.delete(address);
    await joiner?.[Symbol.asyncDispose]();
  }

  /** Counted as in use by whoever asks before anything else happens: one that is in use is not closed. */
  function connect(address: string): Connected {
    const known = connected.get(address);
    if (known) return known;
    if (connected.size >= most) {
      const [unused] = Array.from(connected).find(([, { calls }]) => calls === 0) ?? [];
      if (unused === undefined) throw new AppError('unavailable', 'too many joiners are being called');
      void close(unused);
    }
    return { joiner: open(address), calls: 0, usedAt: 0 };
  }

  return {
    async use(address, call) {
      const one = connect(address);
      const touch = () => {
        one.usedAt = clock.monotonicNow();
        connected.delete(address);
        connected.set(address, one);
      };
      one.calls += 1;
      touch();
      try {
        return await call(one.joiner);
      } finally {
        one.calls -= 1;
        touch();
      }
    },
    async closeIdle() {
      const before = clock.monotonicNow() - IDLE_MS;
      const idle = Array.from(connected).filter(([, { calls, usedAt }]) => calls === 0 && usedAt <= before);
      for (const [address] of idle) await close(address);
    },
    get size() {
      return connected.size;
    },
    async [Symbol.asyncDispose]() {
      for (const address of connected.keys()) await close(address);
    },
  };
}
