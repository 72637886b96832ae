import { AppError, backoff, isRetryable, jitter, SECOND, type Clock, type Log } from '@earshot/kernel';

/** More in one transaction make those behind them wait longer, and save little. */
const BATCH = 100;
/** A failure that is not the database's absence hardly goes away with time. */
const MAX_ODD_FAILURES = 5;

export interface CommitQueueOptions<Change> {
  readonly commit: (changes: readonly Change[]) => Promise<void>;
  readonly onCommitted: (changes: readonly Change[]) => void;
  /** It will never be committed; nothing is tried any more. */
  readonly onFailed: (error: unknown) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Commits changes in order, as many at a time as are waiting, and again for as long as the database is away. */
export class CommitQueue<Change> {
  readonly #options: CommitQueueOptions<Change>;
  #waiting: Change[] = [];
  #running: Promise<void> | undefined;

  constructor(options: CommitQueueOptions<Change>) {
    this.#options = options;
  }

  push(change: Change): void {
    this.#waiting.push(change);
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is being committed; after an abort, when the commit under way has ended. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { onCommitted, onFailed, signal } = this.#options;
    // Whoever pushes several changes at once has them in one transaction.
    await Promise.resolve();
    try {
      while (this.#waiting.length > 0 && !signal.aborted) {
        const changes = this.#waiting.splice(0, BATCH);
        if (await this.#commit(changes)) onCommitted(changes);
      }
      this.#running = undefined;
    } catch (error) {
      onFailed(error);
    }
  }

  /** False when it was aborted. */
  async #commit(changes: readonly Change[]): Promise<boolean> {
    const { commit, clock, log, signal } = this.#options;
    let odd = 0;
    for (let failures = 0; ; failures++) {
      try {
        await commit(changes);
        return true;
      } catch (caught) {
        if (signal.aborted) return false;
        const error = AppError.from(caught);
        if (!isRetryable(error.code)) throw error;
        if (error.code === 'internal' && ++odd >= MAX_ODD_FAILURES) throw error;
        if (failures === 0) log.warn('commit failed, trying again', { error });
      }
      const delayMs = jitter(backoff(failures, { baseMs: 100, maxMs: 2 * SECOND }));
      await clock.sleep(delayMs, signal).catch(() => {});
      if (signal.aborted) return false;
    }
  }
}
