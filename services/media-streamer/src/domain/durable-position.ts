/** What has to be safe before a batch may be forgotten by its sender. */
export interface BatchNeeds {
  readonly sequence: number;
  /** The end of its audio on the timeline, in samples; 0 without any. */
  readonly audioUntil: number;
  /** The end of its speech by track, in milliseconds of the timeline. */
  readonly speechUntil: ReadonlyMap<string, number>;
}

/** What is safe. */
export interface Safe {
  /** Samples from the start in stored segments. */
  readonly samples: number;
  /** Up to this batch, participants and chat are in the database. */
  readonly notedSequence: number;
  /** Up to where a track's speech is committed, in milliseconds. */
  readonly committedMs: (trackId: string) => number;
}

/** The last batch of which, as of all before it, nothing can be lost any more. */
export class DurablePosition {
  #waiting: BatchNeeds[] = [];
  #sequence: number;

  constructor(sequence = 0) {
    this.#sequence = sequence;
  }

  get sequence(): number {
    return this.#sequence;
  }

  add(needs: BatchNeeds): void {
    this.#waiting.push(needs);
  }

  /** Moves on as far as `safe` allows, and returns where that is. */
  advance(safe: Safe): number {
    const held = this.#waiting.findIndex((needs) => !isSafe(needs, safe));
    const count = held === -1 ? this.#waiting.length : held;
    this.#sequence = this.#waiting[count - 1]?.sequence ?? this.#sequence;
    this.#waiting = this.#waiting.slice(count);
    return this.#sequence;
  }
}

function isSafe({ sequence, audioUntil, speechUntil }: BatchNeeds, safe: Safe): boolean {
  if (sequence > safe.notedSequence || audioUntil > safe.samples) return false;
  for (const [trackId, untilMs] of speechUntil) {
    if (safe.committedMs(trackId) < untilMs) return false;
  }
  return true;
}
