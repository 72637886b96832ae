import { createResampler, type Resampler } from '@earshot/audio';
import { VOICE_RATE } from '../domain/bot-voice.ts';
import { toMono, toSamples } from './mono.ts';

/** Of raw PCM with 16 bits, little endian. */
export interface PcmFormat {
  /** Hz. */
  readonly sampleRate: number;
  /** 1 or 2. */
  readonly channels: number;
}

export function isSameFormat(one: PcmFormat, other: PcmFormat): boolean {
  return one.sampleRate === other.sampleRate && one.channels === other.channels;
}

/** How many bytes a second of it has. */
export function bytesPerSecond({ sampleRate, channels }: PcmFormat): number {
  return sampleRate * channels * 2;
}

/** A stream of PCM in pieces of any size, odd ones too, as what a voice takes: 48 kHz, mono, as if it had come in one piece. */
export class PcmStream {
  readonly format: PcmFormat;
  readonly #resampler: Resampler;
  /** What is not a whole sample of all channels yet. */
  #rest: Uint8Array = new Uint8Array(0);

  constructor(format: PcmFormat) {
    this.format = format;
    this.#resampler = createResampler({ fromRate: format.sampleRate, toRate: VOICE_RATE });
  }

  push(bytes: Uint8Array): Int16Array {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const { channels } = this.format;
    const whole = all.length - (all.length % (channels * 2));
    this.#rest = all.slice(whole);
    return this.#resampler.process(toMono(toSamples(all.subarray(0, whole)), channels));
  }

  /** What is left when nothing follows. */
  flush(): Int16Array {
    return this.#resampler.flush();
  }
}
