import { kaiserSinc } from './kaiser-sinc.ts';
import { clampSample, type Resampler } from './resampler.ts';

/** Taps for each output at the lower of both rates: 60 dB down where images and aliases start. */
const TAPS = 48;
/** Phases of the filter that are kept; between them the taps are interpolated, which errs by less than a bit of 16. */
const MAX_PHASES = 640;

/**
 * From any rate to any other: a windowed sinc below the lower Nyquist frequency, in as many phases as the ratio has. Output
 * lies where its input lay, and needs 24 samples (of the lower rate) of what follows, which `flush` takes for silence.
 */
export class BandLimitedResampler implements Resampler {
  readonly #up: number;
  readonly #down: number;
  readonly #taps: number;
  readonly #phases: number;
  readonly #table: Float64Array;
  /** The last input samples that are still needed; the next output lies `#phase / #up` behind its sample `#taps / 2 - 1`. */
  #history: Int16Array;
  #phase = 0;

  constructor(fromRate: number, toRate: number) {
    const common = greatestDivisor(fromRate, toRate);
    this.#up = toRate / common;
    this.#down = fromRate / common;
    const scale = Math.max(1, fromRate / toRate);
    this.#taps = 2 * Math.ceil((TAPS / 2) * scale);
    this.#phases = Math.min(this.#up, MAX_PHASES);
    this.#table = phaseTable({ taps: this.#taps, phases: this.#phases, scale });
    this.#history = new Int16Array(this.#taps / 2 - 1);
  }

  process(pcm: Int16Array): Int16Array {
    const [up, down, taps] = [this.#up, this.#down, this.#taps];
    const input = new Int16Array(this.#history.length + pcm.length);
    input.set(this.#history);
    input.set(pcm, this.#history.length);
    // Of the outputs whose taps all lie in the input.
    const starts = input.length - taps + 1;
    const count = Math.max(0, Math.ceil((starts * up - this.#phase) / down));
    const output = new Int16Array(count);
    let at = 0;
    let phase = this.#phase;
    for (let out = 0; out < count; out++) {
      const whole = Math.floor(phase / up);
      at += whole;
      phase -= whole * up;
      output[out] = clampSample(this.#sum(input, at, phase));
      phase += down;
    }
    const whole = Math.floor(phase / up);
    const next = Math.min(at + whole, input.length);
    // With a high rate to a low one the next output may lie beyond what there is.
    this.#phase = phase - (next - at) * up;
    this.#history = input.slice(next);
    return output;
  }

  flush(): Int16Array {
    return this.process(new Int16Array(this.#taps / 2));
  }

  #sum(input: Int16Array, at: number, phase: number): number {
    const [taps, table] = [this.#taps, this.#table];
    const exact = (phase / this.#up) * this.#phases;
    const row = Math.floor(exact);
    const share = exact - row;
    const from = row * taps;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) sum += (table[from + tap] as number) * (input[at + tap] as number);
    if (share === 0) return sum;
    let other = 0;
    for (let tap = 0; tap < taps; tap++) other += (table[from + taps + tap] as number) * (input[at + tap] as number);
    return sum + (other - sum) * share;
  }
}

/** One row for each phase, and one more, so that each has a next; each row's gain is 1. */
function phaseTable({ taps, phases, scale }: { taps: number; phases: number; scale: number }): Float64Array {
  const table = new Float64Array((phases + 1) * taps);
  for (let phase = 0; phase <= phases; phase++) {
    const row = table.subarray(phase * taps, (phase + 1) * taps);
    for (let tap = 0; tap < taps; tap++) {
      row[tap] = kaiserSinc(tap - (taps / 2 - 1) - phase / phases, { reach: taps / 2, cutoff: 1 / scale });
    }
    const gain = row.reduce((sum, value) => sum + value, 0);
    for (let tap = 0; tap < taps; tap++) row[tap] = (row[tap] as number) / gain;
  }
  return table;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
