import { opusPacketSamples } from '@earshot/audio';
import { SECOND } from '@earshot/kernel';

/** Of all lengths that a packet may have. */
export const SHORTEST_US = 2_500;
/** Silence as libopus encodes it: CELT, full band, mono (RFC 6716, 3.1). */
const silences = [
  { us: 20_000, toc: 0xf8 },
  { us: 10_000, toc: 0xf0 },
  { us: 5_000, toc: 0xe8 },
  { us: SHORTEST_US, toc: 0xe0 },
].map(({ us, toc }) => ({ us, payload: Uint8Array.of(toc, 0xff, 0xfe) }));
/** A shorter gap is a correction of the sender's clock within a word, which silence would tear: it waits for the next gap. */
const SHORTEST_GAP_US = 10_000;
/** A packet that would be heard later than this is of no use where it lies. */
const LATEST_US = SECOND * 1000;

export interface TimedPacket {
  /** Microseconds. */
  readonly atUs: number;
  readonly payload: Uint8Array;
}

/**
 * Packets one right behind the other, as decoders play them, whatever they make of times: silence fills what lies between. One that
 * overlaps the packet before it is heard right after that, and the next silence is shorter for it.
 */
export class OpusTimeline {
  #endUs: number;
  #dropped = 0;

  constructor(originUs: number) {
    this.#endUs = originUs;
  }

  /** Where what is placed ends, microseconds. */
  get endUs(): number {
    return this.#endUs;
  }

  /** Packets that came too late or are none. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The silence before a packet, and the packet. */
  *place(packet: TimedPacket): Generator<TimedPacket> {
    const lengthUs = (opusPacketSamples(packet.payload) * 1000) / 48;
    if (lengthUs === 0 || packet.atUs < this.#endUs - LATEST_US) {
      this.#dropped++;
      return;
    }
    if (packet.atUs - this.#endUs >= SHORTEST_GAP_US) yield* this.silenceUntil(packet.atUs);
    yield { payload: packet.payload, atUs: this.#endUs };
    this.#endUs += lengthUs;
  }

  /** To the nearest 2.5 ms. */
  *silenceUntil(untilUs: number): Generator<TimedPacket> {
    for (const { us, payload } of silences) {
      const least = us === SHORTEST_US ? us / 2 : us;
      for (; untilUs - this.#endUs >= least; this.#endUs += us) yield { payload, atUs: this.#endUs };
    }
  }
}
