import { backoff, jitter, SECOND, type Clock, type Log } from '@earshot/kernel';

/** Work that goes on until it is disposed. */
export interface Background extends AsyncDisposable {
  /** Ends the current wait: look again now. */
  wake(): void;
}

export interface LoopOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How long to rest between rounds unless woken, in milliseconds. */
  readonly everyMs: number;
  /** One round. Answering true means: there is more, do not rest. */
  readonly round: (signal: AbortSignal) => Promise<boolean | void>;
}

/** Repeats rounds. A failing round is logged and repeated after a growing pause; it never ends the loop. */
export function startLoop({ name, clock, log, everyMs, round }: LoopOptions): Background {
  const stopping = new AbortController();
  let failures = 0;
  let resting: AbortController | undefined;
  let isWoken = false;

  const rest = async (ms: number) => {
    if (isWoken) return void (isWoken = false);
    resting = new AbortController();
    await clock.sleep(ms, AbortSignal.any([resting.signal, stopping.signal])).catch(() => {});
    resting = undefined;
    isWoken = false;
  };

  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        const more = await round(stopping.signal);
        failures = 0;
        if (!more) await rest(everyMs);
      } catch (error) {
        if (stopping.signal.aborted) break;
        if (failures === 0) log.warn('round failed', { loop: name, error });
        await rest(jitter(backoff(failures++, { baseMs: 100, maxMs: 2 * SECOND })));
      }
    }
  })();

  return {
    wake() {
      isWoken = true;
      resting?.abort();
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}
