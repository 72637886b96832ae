import { OpusDecoder } from 'opus-decoder';
import { opusPacketSamples } from './opus-packet.ts';

/** Opus packets of one track in, mono s16 at 48 kHz out. Keeps the codec's state, so one per track and in order. */
export class OpusTrackDecoder implements Disposable {
  readonly #decoder: OpusDecoder;
  #corruptPackets = 0;
  #isFree = false;

  private constructor(decoder: OpusDecoder) {
    this.#decoder = decoder;
  }

  /** About 0.3 MB and a millisecond each, after the first one has compiled the WebAssembly module. */
  static async create(): Promise<OpusTrackDecoder> {
    // With one output channel libopus mixes stereo packets down itself (RFC 6716, 2.1.2).
    const decoder = new OpusDecoder({ channels: 1 });
    await decoder.ready;
    return new OpusTrackDecoder(decoder);
  }

  /** Packets that could not be decoded since the start. */
  get corruptPackets(): number {
    return this.#corruptPackets;
  }

  /** Audio of one packet, in an array of its own. Never throws: a corrupt packet is counted and gives an empty array. */
  decode(packet: Uint8Array): Int16Array {
    // Checked first because libopus takes an empty packet for a lost one, and the wrapper prints what libopus refuses.
    if (this.#isFree || opusPacketSamples(packet) === 0) return this.#corrupt();
    try {
      const { channelData, samplesDecoded } = this.#decoder.decodeFrame(packet);
      const floats = channelData[0];
      return floats && samplesDecoded > 0 ? toInt16(floats, samplesDecoded) : this.#corrupt();
    } catch {
      return this.#corrupt();
    }
  }

  /** Frees the codec's memory; harmless twice. Later packets count as corrupt. */
  free(): void {
    if (this.#isFree) return;
    this.#isFree = true;
    this.#decoder.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }

  #corrupt(): Int16Array {
    this.#corruptPackets++;
    return new Int16Array(0);
  }
}

function toInt16(floats: Float32Array, samples: number): Int16Array {
  const pcm = new Int16Array(samples);
  for (let index = 0; index < samples; index++) {
    const value = Math.round((floats[index] ?? 0) * 32768);
    pcm[index] = value > 32767 ? 32767 : value < -32768 ? -32768 : value;
  }
  return pcm;
}
