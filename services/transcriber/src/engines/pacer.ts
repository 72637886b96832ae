import type { Clock } from '@earshot/kernel';

export interface PacerOptions {
  readonly clock: Clock;
  /** How far ahead of real time audio may be. */
  readonly leadMs: number;
  /** Ends it, with what still waits. */
  readonly signal: AbortSignal;
}

interface Waiting {
  readonly playsMs: number;
  readonly act: () => void;
}

/** Does things in order, each no sooner than the audio before it has been played, but for a lead. */
export class Pacer {
  readonly #options: PacerOptions;
  readonly #waiting: Waiting[] = [];
  #isRunning = false;
  /** When everything that was sent has been played, milliseconds since 1970. */
  #playedAt = -Infinity;

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  /** `playsMs`: how long what is done plays; 0 for what is not audio, which only keeps its place. */
  add(playsMs: number, act: () => void): void {
    this.#waiting.push({ playsMs, act });
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    const { clock, leadMs, signal } = this.#options;
    this.#isRunning = true;
    for (let next = this.#waiting[0]; next && !signal.aborted; next = this.#waiting[0]) {
      const waitMs = this.#playedAt - leadMs - clock.now();
      if (next.playsMs > 0 && waitMs > 0) {
        await clock.sleep(waitMs, signal).catch(() => {});
        continue;
      }
      this.#waiting.shift();
      this.#playedAt = Math.max(this.#playedAt, clock.now()) + next.playsMs;
      next.act();
    }
    this.#isRunning = false;
  }
}
