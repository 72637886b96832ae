import { SECOND } from '@earshot/kernel';

/** RTP time of video (RFC 3551, 5). */
const PER_MS = 90;
/** How long a frame may be late behind those that were sent after it: longer than lost packets are sent again for. */
const LATE_MS = SECOND;
/** Beyond this a sender counts from somewhere else. */
const RESTART_MS = 2 * SECOND;

interface Timed<Frame> {
  readonly frame: Frame;
  /** By its sender's clock, from anywhere. */
  readonly ms: number;
}

/**
 * Puts the frames of a track in the order in which they were sent, which is that of their decoding. They come in the order in which they
 * were whole: one of which a packet was sent again comes after those behind it.
 */
export class SendingOrder<Frame extends { readonly rtpTimestamp: number }> {
  #last: { readonly rtp: number; readonly ms: number } | undefined;
  #newestMs = -Infinity;
  /** In order. */
  #held: Timed<Frame>[] = [];

  /** Takes frames as they came; returns those before which none can come any more. */
  take(frames: readonly Frame[]): Frame[] {
    return frames.flatMap((frame) => this.#take(frame));
  }

  /** Returns the last ones. */
  end(): Frame[] {
    this.#newestMs = -Infinity;
    return this.#held.splice(0).map(({ frame }) => frame);
  }

  #take(frame: Frame): Frame[] {
    const { rtpTimestamp: rtp } = frame;
    const advancedMs = this.#last ? ((rtp - this.#last.rtp) | 0) / PER_MS : 0; // signed 32 bits: wraps come out right
    const before = Math.abs(advancedMs) > RESTART_MS ? this.end() : [];
    const ms = (this.#last?.ms ?? 0) + advancedMs;
    this.#last = { rtp, ms };
    this.#newestMs = Math.max(this.#newestMs, ms);
    const behind = this.#held.findLastIndex((held) => held.ms <= ms);
    this.#held.splice(behind + 1, 0, { frame, ms });
    const waiting = this.#held.findIndex((held) => held.ms > this.#newestMs - LATE_MS);
    const ready = this.#held.splice(0, waiting);
    return [...before, ...ready.map((held) => held.frame)];
  }
}
