/** Whether a recording is paused, and what of the meeting may belong to a pause. Times are milliseconds since 1970. */
export class RecordingPause {
  #isPaused: boolean;
  #since = 0;
  #endedAt: number | undefined;

  constructor(isPaused = false) {
    this.#isPaused = isPaused;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Pauses, or goes on, at a time; answers since when it is so, which is earlier where it was so before. */
  set(isPaused: boolean, at: number): number {
    if (isPaused === this.#isPaused) return this.#since;
    this.#isPaused = isPaused;
    this.#since = at;
    if (!isPaused) this.#endedAt = at;
    return at;
  }

  /** Whether what was received at a time, or is new since a look at that time, may be of a pause. */
  covers(at: number): boolean {
    return this.#isPaused || (this.#endedAt !== undefined && at <= this.#endedAt);
  }
}
