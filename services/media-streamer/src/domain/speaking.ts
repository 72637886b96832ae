/** Beside whom the page showed its mark of speaking. */
export interface SpeakingMark {
  /** The end of the quarter of a second that it is about. */
  readonly atMs: number;
  readonly participantIds: readonly string[];
}

/** For how long somebody had the mark without a break. Timeline, milliseconds. */
export interface SpeakingInterval {
  readonly participantId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The joiner looks four times a second. */
const SLICE_MS = 250;
/** A mark that is missing for one look has blinked. */
const GAP_MS = 2 * SLICE_MS;

/** Makes intervals of marks, which come in order. */
export class SpeakingTimeline {
  readonly #open = new Map<string, { fromMs: number; toMs: number }>();

  /** The intervals that may still grow, as far as they have come. */
  get open(): SpeakingInterval[] {
    return [...this.#open].map(([participantId, times]) => ({ participantId, ...times }));
  }

  /** Returns the intervals that are over by then. */
  mark({ atMs, participantIds }: SpeakingMark): SpeakingInterval[] {
    const sliceMs = Math.max(0, atMs - SLICE_MS);
    const over = this.#take(({ toMs }) => sliceMs - toMs > GAP_MS);
    for (const participantId of new Set(participantIds)) this.#grow({ participantId, fromMs: sliceMs, toMs: atMs });
    return over;
  }

  /** Somebody is known to have spoken just then; whose intervals come this way get no marks. Returns the interval that is over by then. */
  add(interval: SpeakingInterval): SpeakingInterval[] {
    const { participantId, fromMs } = interval;
    const over = this.#take((open) => open.participantId === participantId && fromMs - open.toMs > GAP_MS);
    this.#grow(interval);
    return over;
  }

  /** No more marks will come. */
  end(): SpeakingInterval[] {
    return this.#take(() => true);
  }

  #grow({ participantId, fromMs, toMs }: SpeakingInterval): void {
    const open = this.#open.get(participantId);
    if (open) open.toMs = Math.max(open.toMs, toMs);
    else this.#open.set(participantId, { fromMs, toMs });
  }

  #take(isOver: (interval: SpeakingInterval) => boolean): SpeakingInterval[] {
    const over = this.open.filter(isOver);
    for (const { participantId } of over) this.#open.delete(participantId);
    return over;
  }
}

/** Intervals, each time covered once, since a repetition after a break covers some twice; by their beginning. */
export function mergeSpeakingIntervals(intervals: readonly SpeakingInterval[]): SpeakingInterval[] {
  const merged: { participantId: string; fromMs: number; toMs: number }[] = [];
  const last = new Map<string, { fromMs: number; toMs: number }>();
  for (const interval of intervals.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const before = last.get(interval.participantId);
    if (before && interval.fromMs <= before.toMs) before.toMs = Math.max(before.toMs, interval.toMs);
    else {
      const own = { ...interval };
      last.set(interval.participantId, own);
      merged.push(own);
    }
  }
  return merged;
}
