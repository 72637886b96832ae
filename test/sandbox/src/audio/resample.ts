const halfWidthInZeroCrossings = 12;

/** Changes the sample rate of a mono stream with a windowed sinc, keeping its place in time: sample 0 stays at time 0. */
export class Resampler {
  readonly #step: number;
  readonly #phases: number;
  readonly #half: number;
  readonly #kernels: Float32Array[];
  /** Input not yet done with; `#pending[0]` is input sample `#firstInput`. */
  #pending: Int16Array;
  #firstInput: number;
  #nextOutput = 0;

  constructor(rates: { from: number; to: number }) {
    const divisor = gcd(rates.from, rates.to);
    this.#step = rates.from / divisor;
    this.#phases = rates.to / divisor;
    const cutoff = Math.min(1, rates.to / rates.from) * 0.95;
    this.#half = Math.ceil(halfWidthInZeroCrossings / cutoff);
    this.#kernels = Array.from({ length: this.#phases }, (_, phase) =>
      kernel(phase / this.#phases, this.#half, cutoff),
    );
    this.#pending = new Int16Array(this.#half);
    this.#firstInput = -this.#half;
  }

  push(input: Int16Array): Int16Array {
    if (this.#step === this.#phases) return input;
    const pending = new Int16Array(this.#pending.length + input.length);
    pending.set(this.#pending);
    pending.set(input, this.#pending.length);
    const end = this.#firstInput + pending.length;

    const output: number[] = [];
    for (;;) {
      const centre = Math.floor((this.#nextOutput * this.#step) / this.#phases);
      if (centre + this.#half >= end) break;
      const taps = this.#kernels[(this.#nextOutput * this.#step) % this.#phases]!;
      const from = centre - this.#half + 1 - this.#firstInput;
      let sum = 0;
      for (let tap = 0; tap < taps.length; tap++) sum += taps[tap]! * pending[from + tap]!;
      output.push(Math.max(-32768, Math.min(32767, Math.round(sum))));
      this.#nextOutput++;
    }

    const needed = Math.floor((this.#nextOutput * this.#step) / this.#phases) - this.#half;
    const done = Math.max(0, Math.min(pending.length, needed - this.#firstInput));
    this.#pending = pending.slice(done);
    this.#firstInput += done;
    return Int16Array.from(output);
  }

  /** The tail that was waiting for input to come. */
  flush(): Int16Array {
    return this.#step === this.#phases ? new Int16Array(0) : this.push(new Int16Array(this.#half));
  }
}

/** Taps for the input samples at distance 1-half .. half from the sample before the wanted place. */
function kernel(fraction: number, half: number, cutoff: number): Float32Array {
  const taps = Float32Array.from({ length: 2 * half }, (_, index) => {
    const distance = index + 1 - half - fraction;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / (half + 1));
    const x = Math.PI * distance * cutoff;
    return window * (Math.abs(x) < 1e-9 ? 1 : Math.sin(x) / x);
  });
  const gain = taps.reduce((sum, tap) => sum + tap, 0);
  return taps.map((tap) => tap / gain);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
