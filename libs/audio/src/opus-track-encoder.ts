import { Application, createEncoder, type OpusEncoderHandle } from 'libopus-wasm';

const RATE = 48_000;
/** 20 ms, as everybody sends. */
const FRAME_SAMPLES = 960;
/** Of libopus, 0 to 10: at 10 it takes more than twice the time, and nobody hears it in a voice. */
const COMPLEXITY = 5;

/** Mono s16 at 48 kHz of one track in, Opus packets of 20 ms out. Keeps the codec's state, so one per track and in order. */
export class OpusTrackEncoder implements Disposable {
  readonly #encoder: OpusEncoderHandle;
  /** What does not make a packet yet. */
  readonly #rest = new Int16Array(FRAME_SAMPLES);
  #filled = 0;

  private constructor(encoder: OpusEncoderHandle) {
    this.#encoder = encoder;
  }

  /** `bitRate`: bits a second. About a millisecond, after the first one has compiled the WebAssembly module. */
  static async create({ bitRate }: { readonly bitRate: number }): Promise<OpusTrackEncoder> {
    const voice = { channels: 1, sampleRate: RATE, application: Application.Voip } as const;
    const encoder = await createEncoder({
      ...voice,
      bitrate: bitRate,
      complexity: COMPLEXITY,
      frameSize: FRAME_SAMPLES,
    });
    return new OpusTrackEncoder(encoder);
  }

  /** The packets that the samples complete. */
  encode(pcm: Int16Array): Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (let taken = 0; taken < pcm.length;) {
      const count = Math.min(pcm.length - taken, FRAME_SAMPLES - this.#filled);
      this.#rest.set(pcm.subarray(taken, taken + count), this.#filled);
      this.#filled += count;
      taken += count;
      if (this.#filled === FRAME_SAMPLES) packets.push(this.#encodeRest());
    }
    return packets;
  }

  /** The samples that are left, with silence behind them, as a last packet. */
  flush(): Uint8Array[] {
    if (this.#filled === 0) return [];
    this.#rest.fill(0, this.#filled);
    return [this.#encodeRest()];
  }

  /** Frees the codec's memory; harmless twice. Nothing may be encoded afterwards. */
  free(): void {
    this.#encoder.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }

  #encodeRest(): Uint8Array {
    this.#filled = 0;
    return this.#encoder.encode(this.#rest);
  }
}
