/** Something that tells its watchers whenever it has changed, and lets them wait for what they want to see. */
export class Watched {
  readonly #watchers = new Set<() => void>();

  /** Call after every change. */
  changed(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Resolves with the first answer of `look` that is neither undefined nor false; rejects when the signal aborts. */
  until<T>(look: () => T | undefined | false, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const seen = look();
        if (seen === undefined || seen === false) return;
        finish();
        resolve(seen);
      };
      const abort = () => {
        finish();
        reject(signal.reason);
      };
      const finish = () => {
        this.#watchers.delete(check);
        signal.removeEventListener('abort', abort);
      };
      if (signal.aborted) return reject(signal.reason);
      this.#watchers.add(check);
      signal.addEventListener('abort', abort);
      check();
    });
  }
}

/** How much of a question's own text is shown, in characters. */
const QUOTED = 200;

/**
 * Repeats a question until it is answered; for what can only be asked, such as another process's API. Rejects with the question
 * when the signal aborts, also where an answer never comes.
 */
export async function eventually<T>(
  ask: () => Promise<T | undefined | false>,
  { signal, everyMs = 100 }: { signal: AbortSignal; everyMs?: number },
): Promise<T> {
  const toError = () => {
    const { reason } = signal as { reason: unknown };
    const why = reason instanceof Error ? reason.message : String(reason);
    return new Error(`${why}; asked in vain: ${ask.toString().slice(0, QUOTED)}`, { cause: reason });
  };
  for (;;) {
    const answer = await untilAborted(ask(), signal, toError);
    if (answer !== undefined && answer !== false) return answer;
    if (signal.aborted) throw toError();
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** The promise's outcome, unless the signal aborts before. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal, toError: () => Error): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(toError());
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    // Whoever loses concerns nobody any more.
    promise.catch(() => {});
    aborted.promise.catch(() => {});
  }
}
