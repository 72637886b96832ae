import { rmsDb } from '@earshot/audio';

/** Quieter than this is no speech that a provider would have to answer. */
const speechDb = -45;
const leastSpeechMs = 3000;

/** Notices a provider that takes audio and sends nothing: enough loud audio since its last message, long enough ago. */
export class StallWatch {
  readonly #timeoutMs: number;
  #unansweredMs = 0;
  #unansweredSince: number | undefined;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  sent(pcm: Int16Array, at: { now: number; sampleRate: number }): void {
    if (rmsDb(pcm) < speechDb) return;
    this.#unansweredMs += (pcm.length * 1000) / at.sampleRate;
    this.#unansweredSince ??= at.now;
  }

  received(): void {
    this.#unansweredMs = 0;
    this.#unansweredSince = undefined;
  }

  isStalled(now: number): boolean {
    return (
      this.#unansweredSince !== undefined &&
      this.#unansweredMs >= leastSpeechMs &&
      now - this.#unansweredSince >= this.#timeoutMs
    );
  }
}
