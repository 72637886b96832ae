import { AppError } from '@earshot/kernel';

/** Converts a stream of mono s16 from one rate to another; keeps what it needs of the past between calls. */
export interface Resampler {
  /** The output that `pcm` completes; over time `toRate / fromRate` samples for each one given. */
  process(pcm: Int16Array): Int16Array;
}

/** Taps per output phase: 60 dB down where aliasing starts, and a delay of 1.5 ms from 48 to 16 kHz. */
const tapsPerPhase = 48;
/** Kaiser's shape parameter for 60 dB of stop band (Oppenheim and Schafer, 7.62). */
const kaiserBeta = 5.65;

/**
 * From 48 kHz to 24, 16, 12 or 8 (any whole ratio): a low-pass FIR and decimation. Other pairs interpolate linearly,
 * which is good enough for going up, and lets aliases through when going down. Equal rates pass the audio on.
 */
export function createResampler(rates: { readonly fromRate: number; readonly toRate: number }): Resampler {
  const { fromRate, toRate } = rates;
  if (!(fromRate > 0) || !(toRate > 0)) throw new AppError('invalid-argument', 'sample rates must be positive');
  if (fromRate === toRate) return { process: (pcm) => pcm };
  return fromRate % toRate === 0 ? new Decimator(fromRate / toRate) : new LinearResampler(fromRate / toRate);
}

class Decimator implements Resampler {
  readonly #factor: number;
  readonly #taps: Float64Array;
  /** The last input samples, then the new ones; the first output to compute lies at `#skip` of it. */
  #history: Int16Array;
  #skip = 0;

  constructor(factor: number) {
    this.#factor = factor;
    this.#taps = lowPass(factor);
    this.#history = new Int16Array(this.#taps.length - 1);
  }

  process(pcm: Int16Array): Int16Array {
    const taps = this.#taps;
    const input = new Int16Array(this.#history.length + pcm.length);
    input.set(this.#history);
    input.set(pcm, this.#history.length);
    const count = Math.max(0, Math.ceil((pcm.length - this.#skip) / this.#factor));
    const output = new Int16Array(count);
    for (let out = 0; out < count; out++) {
      const start = this.#skip + out * this.#factor;
      let sum = 0;
      for (let tap = 0; tap < taps.length; tap++) sum += (taps[tap] ?? 0) * (input[start + tap] ?? 0);
      output[out] = clamp(sum);
    }
    this.#skip += count * this.#factor - pcm.length;
    this.#history = input.slice(pcm.length);
    return output;
  }
}

/** A Kaiser-windowed sinc of odd length whose stop band begins at the output's Nyquist frequency; its gain is 1. */
function lowPass(factor: number): Float64Array {
  const length = tapsPerPhase * factor + 1;
  const middle = (length - 1) / 2;
  // The transition band of this window and length (Kaiser: (60 - 8) / (2.285 x order)) ends at Nyquist.
  const transition = (60 - 8) / (2.285 * (length - 1)) / Math.PI;
  const cutoff = 1 / factor - transition / 2;
  const taps = Float64Array.from({ length }, (_, index) => {
    const x = index - middle;
    const sinc = x === 0 ? cutoff : Math.sin(Math.PI * cutoff * x) / (Math.PI * x);
    return (sinc * bessel(kaiserBeta * Math.sqrt(1 - (x / middle) ** 2))) / bessel(kaiserBeta);
  });
  const gain = taps.reduce((sum, tap) => sum + tap, 0);
  return taps.map((tap) => tap / gain);
}

/** The modified Bessel function of the first kind and order zero, by its series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

class LinearResampler implements Resampler {
  readonly #step: number;
  #last = 0;
  /** Where the next output lies, in input samples from `#last`. */
  #at = 1;

  constructor(step: number) {
    this.#step = step;
  }

  process(pcm: Int16Array): Int16Array {
    const count = Math.max(0, Math.floor((pcm.length - this.#at) / this.#step) + 1);
    const output = new Int16Array(count);
    for (let out = 0; out < count; out++) {
      const at = this.#at + out * this.#step;
      const whole = Math.floor(at);
      const before = whole === 0 ? this.#last : (pcm[whole - 1] ?? 0);
      const after = pcm[whole] ?? before;
      output[out] = clamp(before + (after - before) * (at - whole));
    }
    this.#at += count * this.#step - pcm.length;
    this.#last = pcm.at(-1) ?? this.#last;
    return output;
  }
}

function clamp(value: number): number {
  const rounded = Math.round(value);
  return rounded > 32767 ? 32767 : rounded < -32768 ? -32768 : rounded;
}
