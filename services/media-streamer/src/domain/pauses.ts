import { SECOND } from '@earshot/kernel';

/** When a recording was paused. Timeline, milliseconds. */
export interface PausedInterval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Whether a recording is paused at the end of a batch, and where that lies on the timeline, milliseconds. */
export interface PauseMark {
  readonly isPaused: boolean;
  readonly nowMs: number;
}

/** A process that takes a visit over in a pause sees it begin anew, so much later at most. */
const TAKEN_OVER_MS = SECOND;

/** Makes intervals of batches, which come in order: from the first that is paused to the first that is not. */
export class PauseTimeline {
  #open: PausedInterval | undefined;

  /** The interval that may still grow, as far as it has come. */
  get open(): PausedInterval[] {
    return this.#open ? [this.#open] : [];
  }

  /** Returns the interval that is over by then. */
  mark({ isPaused, nowMs }: PauseMark): PausedInterval[] {
    if (this.#open) this.#open = { ...this.#open, toMs: Math.max(this.#open.toMs, nowMs) };
    if (!isPaused) return this.end();
    this.#open ??= { fromMs: nowMs, toMs: nowMs };
    return [];
  }

  /** No more batches will come. */
  end(): PausedInterval[] {
    const over = this.open;
    this.#open = undefined;
    return over;
  }
}

/** Intervals, apart and in order: what is repeated after a break covers some of it twice. */
export function mergePauses(intervals: readonly PausedInterval[]): PausedInterval[] {
  const merged: PausedInterval[] = [];
  for (const interval of intervals.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last && interval.fromMs <= last.toMs + TAKEN_OVER_MS)
      merged[merged.length - 1] = { ...last, toMs: Math.max(last.toMs, interval.toMs) };
    else merged.push(interval);
  }
  return merged.filter(({ fromMs, toMs }) => toMs > fromMs);
}
