/** The provider refuses messages of under 50 ms and of over a second. */
const chunkMs = 50;
const longestChunkMs = 1000;

/** Gathers audio into messages of a size that AssemblyAI takes, and knows where it had to fill up with silence. */
export class Chunker {
  readonly #sampleRate: number;
  readonly #send: (pcm: Int16Array) => void;
  #pending = new Int16Array(0);
  #sentSamples = 0;
  readonly #fillings: { at: number; samples: number }[] = [];

  constructor(sampleRate: number, send: (pcm: Int16Array) => void) {
    this.#sampleRate = sampleRate;
    this.#send = send;
  }

  /** How much was pushed and sent, in milliseconds. */
  get sentMs(): number {
    return this.toSessionMs((this.#sentSamples * 1000) / this.#sampleRate);
  }

  push(pcm: Int16Array): void {
    const all = new Int16Array(this.#pending.length + pcm.length);
    all.set(this.#pending);
    all.set(pcm, this.#pending.length);
    const longest = this.#samples(longestChunkMs);
    let at = 0;
    while (all.length - at >= this.#samples(chunkMs)) {
      const chunk = all.slice(at, at + longest);
      at += chunk.length;
      this.#emit(chunk);
    }
    this.#pending = all.slice(at);
  }

  /** Sends what is left over, filled up with silence to the least that is taken. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const chunk = new Int16Array(this.#samples(chunkMs));
    chunk.set(this.#pending);
    this.#fillings.push({ at: this.#sentSamples + this.#pending.length, samples: chunk.length - this.#pending.length });
    this.#pending = new Int16Array(0);
    this.#emit(chunk);
  }

  /** Where a time of the provider's, in milliseconds, lies in the audio that was pushed. */
  toSessionMs(providerMs: number): number {
    const place = (providerMs * this.#sampleRate) / 1000;
    const filled = this.#fillings.reduce((sum, { at, samples }) => sum + Math.max(0, Math.min(samples, place - at)), 0);
    return Math.round(((place - filled) * 1000) / this.#sampleRate);
  }

  #emit(chunk: Int16Array): void {
    this.#sentSamples += chunk.length;
    this.#send(chunk);
  }

  #samples(ms: number): number {
    return Math.ceil((ms * this.#sampleRate) / 1000);
  }
}
