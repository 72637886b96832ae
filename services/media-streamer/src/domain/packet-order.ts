/** A packet of one track. */
export interface OrderedPacket {
  /** 48 kHz, wrapping at 2^32. */
  readonly rtpTimestamp: number;
  readonly pcm: { readonly length: number };
  /** Meeting clock, milliseconds. */
  readonly arrivedMs: number;
}

const PER_MS = 48;
/** How long one that seems to be overtaken on its way is waited for, in milliseconds; as the mix does. */
const WAIT_MS = 40;
/** More than this is missing for another reason: what is overtaken comes a packet or two later. */
const LONGEST_GAP = 60 * PER_MS;
/** A sender that goes back further counts from somewhere else. */
const RESTART = 1000 * PER_MS;

interface Held<Packet> {
  readonly packet: Packet;
  readonly isQuiet: boolean;
}

/** Puts one track's packets into their sender's order. Waits for what is missing only where it may still come, and drops what comes after that. */
export class PacketOrder<Packet extends OrderedPacket> {
  #held: Held<Packet>[] = [];
  /** The RTP time after the last one that was handed on. */
  #next: number | undefined;
  /** The last one was silence, after which a sender may leave packets out. */
  #isQuiet = true;

  /** Whether something is waited for. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** Returns what is due. */
  push(packet: Packet, { isQuiet }: { isQuiet: boolean }): Packet[] {
    const before = this.#held.findIndex((held) => behind(held.packet.rtpTimestamp, packet.rtpTimestamp) > 0);
    this.#held.splice(before < 0 ? this.#held.length : before, 0, { packet, isQuiet });
    return this.tick(packet.arrivedMs);
  }

  /** The clock goes on. Returns what is due. */
  tick(nowMs: number): Packet[] {
    const due: Packet[] = [];
    for (let first = this.#held[0]; first && this.#isDue(first.packet, nowMs); first = this.#held[0]) {
      this.#held.shift();
      const { packet, isQuiet } = first;
      const gap = this.#gapBefore(packet);
      if (gap < 0 && gap > -RESTART && gap + packet.pcm.length <= 0) continue;
      this.#next = (packet.rtpTimestamp + packet.pcm.length) >>> 0;
      this.#isQuiet = isQuiet;
      due.push(packet);
    }
    return due;
  }

  #isDue(packet: Packet, nowMs: number): boolean {
    const gap = this.#gapBefore(packet);
    return gap <= 0 || gap > LONGEST_GAP || this.#isQuiet || nowMs - packet.arrivedMs >= WAIT_MS;
  }

  #gapBefore({ rtpTimestamp }: Packet): number {
    return this.#next === undefined ? 0 : behind(rtpTimestamp, this.#next);
  }
}

/** By how much an RTP time is after another: signed 32 bits, as it wraps (RFC 3550, 5.1). */
function behind(later: number, earlier: number): number {
  return (later - earlier) | 0;
}
