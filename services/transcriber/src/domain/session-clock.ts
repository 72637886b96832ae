/** Consecutive speech in a session; the silence before it was cut out. */
interface SentSpan {
  /** Samples sent before it. */
  readonly sample: number;
  /** Meeting clock of its first sample, milliseconds. */
  readonly atMs: number;
}

export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
}

/** Chunks are stamped in whole milliseconds: up to this much is no gap. */
const TOLERANCE_MS = 20;

/**
 * Where a session's time lies on the meeting clock. A session knows only the audio it was sent, one sample after the
 * other; the meeting had silence in between.
 */
export class SessionClock {
  readonly #sampleRate: number;
  readonly #spans: SentSpan[] = [];
  #samples = 0;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** How much was sent, in the session's milliseconds. */
  get sentMs(): number {
    return this.#toMs(this.#samples);
  }

  /** `samples` are sent whose first lies at `atMs` of the meeting clock. */
  sent(atMs: number, samples: number): void {
    const last = this.#spans.at(-1);
    const expectedMs = last && last.atMs + this.#toMs(this.#samples - last.sample);
    if (expectedMs === undefined || Math.abs(expectedMs - atMs) > TOLERANCE_MS) {
      this.#spans.push({ sample: this.#samples, atMs });
    }
    this.#samples += samples;
  }

  /**
   * The meeting time of a moment of the session, in whole milliseconds. Providers are not exact: what lies across
   * a cut belongs to the span that has most of it.
   */
  toMeeting({ startMs, endMs }: Interval): Interval {
    const from = this.#indexAt(startMs);
    const to = Math.max(from, this.#indexAt(endMs));
    let best = { index: from, shareMs: -1 };
    for (let index = from; index <= to; index++) {
      const shareMs = Math.min(endMs, this.#endOf(index)) - Math.max(startMs, this.#startOf(index));
      if (shareMs > best.shareMs) best = { index, shareMs };
    }
    const start = Math.max(startMs, this.#startOf(best.index));
    const end = Math.max(start, Math.min(endMs, this.#endOf(best.index)));
    const shiftMs = (this.#spans[best.index]?.atMs ?? 0) - this.#startOf(best.index);
    return { startMs: Math.round(start + shiftMs), endMs: Math.round(end + shiftMs) };
  }

  #indexAt(sessionMs: number): number {
    const after = this.#spans.findIndex((_, index) => this.#startOf(index) > sessionMs);
    return Math.max(0, (after < 0 ? this.#spans.length : after) - 1);
  }

  #startOf(index: number): number {
    return this.#toMs(this.#spans[index]?.sample ?? 0);
  }

  /** The last span has no end yet. */
  #endOf(index: number): number {
    return index + 1 < this.#spans.length ? this.#startOf(index + 1) : Infinity;
  }

  #toMs(samples: number): number {
    return (samples * 1000) / this.#sampleRate;
  }
}
