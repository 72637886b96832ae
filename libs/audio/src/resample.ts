import { AppError } from '@earshot/kernel';
import { BandLimitedResampler } from './band-limited.ts';
import { kaiserSinc } from './kaiser-sinc.ts';
import { clampSample, type Resampler } from './resampler.ts';

/** Taps per output phase: 60 dB down where aliasing starts, and a delay of 1.5 ms from 48 to 16 kHz. */
const tapsPerPhase = 48;

/**
 * From 48 kHz to 24, 16, 12 or 8 (any whole ratio): a low-pass FIR and decimation. Other pairs, up or down, by a filter of as many
 * phases as their ratio has. Both are 60 dB down where aliases or images begin. Equal rates pass the audio on. Throws
 * `invalid-argument` for rates that are no positive integers.
 */
export function createResampler(rates: { readonly fromRate: number; readonly toRate: number }): Resampler {
  const { fromRate, toRate } = rates;
  if (!isRate(fromRate) || !isRate(toRate)) throw new AppError('invalid-argument', 'sample rates must be positive');
  if (fromRate === toRate) return { process: (pcm) => pcm, flush: () => new Int16Array(0) };
  return fromRate % toRate === 0 ? new Decimator(fromRate / toRate) : new BandLimitedResampler(fromRate, toRate);
}

function isRate(rate: number): boolean {
  return Number.isInteger(rate) && rate > 0;
}

class Decimator implements Resampler {
  readonly #factor: number;
  readonly #taps: Float64Array;
  /** The last input samples, then the new ones; the first output to compute lies at `#skip` of it. */
  #history: Float64Array;
  #skip = 0;

  constructor(factor: number) {
    this.#factor = factor;
    this.#taps = lowPass(factor);
    this.#history = new Float64Array(this.#taps.length - 1);
  }

  process(pcm: Int16Array): Int16Array {
    const taps = this.#taps;
    const last = taps.length - 1;
    const middle = last / 2;
    const input = new Float64Array(this.#history.length + pcm.length);
    input.set(this.#history);
    input.set(pcm, this.#history.length);
    const count = Math.max(0, Math.ceil((pcm.length - this.#skip) / this.#factor));
    const output = new Int16Array(count);
    for (let out = 0; out < count; out++) {
      const start = this.#skip + out * this.#factor;
      const end = start + last;
      let sum = taps[middle]! * input[start + middle]!;
      // The filter is the same from both its ends: half the products.
      for (let tap = 0; tap < middle; tap++) sum += taps[tap]! * (input[start + tap]! + input[end - tap]!);
      output[out] = clampSample(sum);
    }
    this.#skip += count * this.#factor - pcm.length;
    this.#history = input.slice(pcm.length);
    return output;
  }

  flush(): Int16Array {
    return this.process(new Int16Array((this.#taps.length - 1) / 2));
  }
}

/** Of odd length; its stop band begins at the output's Nyquist frequency, its gain is 1. */
function lowPass(factor: number): Float64Array {
  const length = tapsPerPhase * factor + 1;
  const middle = (length - 1) / 2;
  const taps = Float64Array.from({ length }, (_, index) =>
    kaiserSinc(index - middle, { reach: middle, cutoff: 1 / factor }),
  );
  const gain = taps.reduce((sum, tap) => sum + tap, 0);
  return taps.map((tap) => tap / gain);
}

/** All of a sound at another rate. */
export function resample(pcm: Int16Array, rates: { readonly fromRate: number; readonly toRate: number }): Int16Array {
  const resampler = createResampler(rates);
  const [body, tail] = [resampler.process(pcm), resampler.flush()];
  const whole = new Int16Array(body.length + tail.length);
  whole.set(body);
  whole.set(tail, body.length);
  return whole;
}
