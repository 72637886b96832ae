import { SECOND, type Clock } from './clock.ts';
import { backoff, jitter } from './retry.ts';

/** One connection, as the one who holds it sees it. */
export interface Connection {
  /** Aborts when nobody wants a connection any more; with the reason that was given for it. */
  readonly signal: AbortSignal;
  /** The far side is there and serves us: from here on the connection is up. Calling it again changes nothing. */
  up(): void;
}

/** How a connection ended. */
export interface Loss {
  /** What it failed with; undefined where it simply ended. */
  readonly error: unknown;
  /** How many before this one were lost in a row without having been up for long: 0 is worth a log entry. */
  readonly failures: number;
  /** For how long it was up, in milliseconds; 0 for one that never was. */
  readonly uptimeMs: number;
  /** When the next one is tried, in milliseconds from now. */
  readonly delayMs: number;
}

export interface ReconnectOptions {
  readonly clock: Clock;
  /** Ends the pauses, and the connection through its own signal. */
  readonly signal: AbortSignal;
  /** The pause after the first loss, in milliseconds; it doubles with each that follows. 100 by default. */
  readonly minDelayMs?: number;
  /** The longest pause, in milliseconds. Both are spread by a fifth. */
  readonly maxDelayMs: number;
  /**
   * How long a connection has to be up before the next pause is the first again, in milliseconds. Without it a peer that answers
   * and drops at once would be dialled every `minDelayMs` for ever. 5 s by default.
   */
  readonly minUptimeMs?: number;
  /** Called on every loss but those that `signal` asked for. */
  readonly onLost?: (loss: Loss) => void;
  readonly random?: () => number;
}

/**
 * Holds a connection: runs `once` again whenever it ends or throws, after pauses that grow while it does not stay up.
 * Resolves when `signal` aborts and the last `once` has ended, or when `once` answers `done`. Throws nothing of what `once` throws.
 */
export async function reconnect(
  options: ReconnectOptions,
  once: (connection: Connection) => Promise<'done' | void>,
): Promise<void> {
  const { clock, signal, minDelayMs = 100, maxDelayMs, minUptimeMs = 5 * SECOND, onLost, random } = options;
  for (let failures = 0; !signal.aborted; failures++) {
    let upAt: number | undefined;
    let error: unknown;
    try {
      if ((await once({ signal, up: () => (upAt ??= clock.now()) })) === 'done') return;
    } catch (caught) {
      error = caught;
    }
    if (signal.aborted) return;
    const uptimeMs = upAt === undefined ? 0 : clock.now() - upAt;
    if (uptimeMs >= minUptimeMs) failures = 0;
    const delayMs = jitter(backoff(failures, { baseMs: minDelayMs, maxMs: maxDelayMs }), random);
    onLost?.({ error, failures, uptimeMs, delayMs });
    await clock.sleep(delayMs, signal).catch(() => {});
  }
}
