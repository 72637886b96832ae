import { Resampler } from './resample.ts';

/** What the recogniser's acoustic model was trained on. */
export const recogniserRate = 16_000;

export interface PcmFormat {
  encoding: 'linear16' | 'mulaw';
  sampleRate: number;
  channels: number;
}

/** Turns the bytes of a stream into mono 16 kHz; messages may cut a sample in two. */
export class PcmDecoder {
  readonly #format: PcmFormat;
  readonly #resampler: Resampler;
  #rest = Buffer.alloc(0);

  constructor(format: PcmFormat) {
    this.#format = format;
    this.#resampler = new Resampler({ from: format.sampleRate, to: recogniserRate });
  }

  push(bytes: Buffer): Int16Array {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const whole = all.length - (all.length % bytesPerFrame(this.#format));
    this.#rest = Buffer.from(all.subarray(whole));
    return this.#resampler.push(downmix(decode(all.subarray(0, whole), this.#format)));
  }

  flush(): Int16Array {
    return this.#resampler.flush();
  }
}

/** How long these bytes play, in milliseconds. */
export function durationMs(byteLength: number, format: PcmFormat): number {
  return (byteLength / bytesPerFrame(format) / format.sampleRate) * 1000;
}

/** One Int16Array a channel. */
export function decode(bytes: Buffer, format: PcmFormat): Int16Array[] {
  const { channels } = format;
  const frames = Math.floor(bytes.length / bytesPerFrame(format));
  return Array.from({ length: channels }, (_, channel) =>
    Int16Array.from({ length: frames }, (_, frame) => {
      const index = frame * channels + channel;
      return format.encoding === 'mulaw' ? fromMulaw(bytes[index]!) : bytes.readInt16LE(index * 2);
    }),
  );
}

export function downmix(channels: Int16Array[]): Int16Array {
  const [first = new Int16Array(0)] = channels;
  if (channels.length < 2) return first;
  return first.map((_, index) => channels.reduce((sum, channel) => sum + channel[index]!, 0) / channels.length);
}

/** Mono at the recogniser's rate. */
export function toRecogniserRate(samples: Int16Array, sampleRate: number): Int16Array {
  if (sampleRate === recogniserRate) return samples;
  const resampler = new Resampler({ from: sampleRate, to: recogniserRate });
  const body = resampler.push(samples);
  const tail = resampler.flush();
  const whole = new Int16Array(body.length + tail.length);
  whole.set(body);
  whole.set(tail, body.length);
  return whole;
}

function bytesPerFrame(format: PcmFormat): number {
  return (format.encoding === 'mulaw' ? 1 : 2) * format.channels;
}

/** ITU-T G.711. */
function fromMulaw(byte: number): number {
  const inverted = ~byte & 0xff;
  const magnitude = ((((inverted & 0x0f) << 3) + 0x84) << ((inverted & 0x70) >> 4)) - 0x84;
  return inverted & 0x80 ? -magnitude : magnitude;
}
