import { MINUTE, SECOND } from '@earshot/kernel';

/** Bounds of a track's clock; the defaults suit Opus in 20 ms packets. */
export interface TrackClockOptions {
  /** The arrival time, in the caller's clock, of the meeting's sample 0. */
  readonly startMs?: number;
  /** How far RTP time and arrival may disagree before the anchor is in doubt. */
  readonly boundMs?: number;
  /** How many packets in a row must be late, and by the same amount for half a second, before the track is anchored again. */
  readonly boundPackets?: number;
  /** How much slow drift is left alone. */
  readonly driftMs?: number;
}

const perMs = 48;
/** Beyond this no network is to blame: the sender counts from somewhere else, and is believed at once. */
const restartMs = 10 * SECOND;
/** Packets held up on the way arrive together, so their skew falls by a packet each; a moved sender's stays put, this long. */
const steadySpreadMs = 50;
const steadyMs = SECOND / 2;
/** A skew that stays out of bounds this long is taken as it is, steady or not. */
const restlessMs = MINUTE / 6;
/**
 * Delay only ever adds: the least skew in this window is the offset, however busy the machine. A sender's crystal drifts
 * 2 ms in it (200 ppm).
 */
const windowMs = 10 * SECOND;
/** A sender that lost time (its device ran dry) is late for good: a silence need not wait the whole window to follow it. */
const lateWindowMs = 2 * SECOND;
/** Fewer packets in the window show their own delay rather than the track's offset. */
const enoughPackets = 50;
/** In silence the track is put right as soon as it is this far off. */
const unheardToleranceMs = 3;
/** Audio placed too late for its arrival only waits a little longer; placed too early, it would miss the mix. */
const earlyTolerance = 3;
/** Until a track has been received this long, a packet that comes earlier than any before moves the anchor at once. */
const settlingMs = 300;
/** A pause in RTP time this long is silence that may be made longer or shorter unheard. */
const gapMs = 160;
/** A voice that never pauses is corrected in steps of 1 ms a second, once twice the tolerated drift has built up. */
const stepMs = 1;
const stepEveryMs = SECOND;

/** The least skew of one second's packets. */
interface LeastSkew {
  readonly second: number;
  leastMs: number;
  packets: number;
}

/** Packets in a row whose skew is out of bounds. */
interface Outside {
  readonly sinceMs: number;
  /** Those of them, the last ones, that agree. */
  steady: { readonly sinceMs: number; count: number; minMs: number; maxMs: number };
}

/**
 * Maps the RTP time of one 48 kHz track to the meeting's samples. Spacing comes from RTP, so jitter of arrival moves no
 * audio; the offset comes from arrival, so neither a restarted sender nor a slow crystal can lose the track. No packet
 * is laid over a voice that came before it: a track that lies too late goes back into silence only, or by a step of 1 ms,
 * until it has found none for ten seconds.
 */
export class TrackClock {
  readonly #startMs: number;
  readonly #boundMs: number;
  readonly #boundPackets: number;
  readonly #driftMs: number;
  #last: { readonly rtp: number; readonly position: number; readonly arrivalMs: number } | undefined;
  /** Arrival minus RTP-derived position: the least of each second of the window. */
  #leastSkews: LeastSkew[] = [];
  /** Where the silence began that lasts until the last packet. */
  #quietFrom: number | undefined;
  #anchoredAtMs = 0;
  #outside: Outside | undefined;
  #steppedAtMs = 0;
  #anchors = 0;

  constructor(options: TrackClockOptions = {}) {
    this.#startMs = options.startMs ?? 0;
    this.#boundMs = options.boundMs ?? 120;
    this.#boundPackets = options.boundPackets ?? 5;
    this.#driftMs = options.driftMs ?? 10;
  }

  /** How often the track was anchored: 1 for a track that behaves. */
  get anchors(): number {
    return this.#anchors;
  }

  /** The meeting sample at which the packet's audio starts (`isQuiet`: it holds none that is worth hearing); may be negative for what arrived before the meeting's start. */
  positionOf(rtpTimestamp: number, arrivalMs: number, { isQuiet = false }: { isQuiet?: boolean } = {}): number {
    const arrival = (arrivalMs - this.#startMs) * perMs;
    const last = this.#last;
    if (!last) return this.#anchor(rtpTimestamp, arrivalMs);
    const advanced = (rtpTimestamp - last.rtp) | 0; // signed 32 bits: wraps and reordered packets come out right
    let position = last.position + advanced;
    const skewMs = (arrival - position) / perMs;
    if (this.#hasMoved(skewMs, arrivalMs)) return this.#anchor(rtpTimestamp, arrivalMs);
    // A packet that was overtaken on its way moves nothing, and predicts nothing.
    if (advanced < 0) return position;
    const silenceMs = this.#silenceBefore(position, { advanced, isQuiet });
    if (skewMs < -this.#boundMs) {
      // Delay only ever adds: what comes before its time has its place too late, for certain.
      position += this.#move(Math.max(skewMs, -(silenceMs ?? 0)));
    } else if (skewMs <= this.#boundMs) {
      this.#watch(skewMs, arrivalMs);
      position += this.#move(this.#adjust(arrivalMs, silenceMs));
    }
    this.#quietFrom = isQuiet ? (this.#quietFrom ?? position) : undefined;
    this.#last = { rtp: rtpTimestamp, position, arrivalMs };
    return position;
  }

  /**
   * Moves the track later by so many samples from its last packet on, and returns that packet's position: for audio
   * that would come too late to be mixed. The next silence gives the time back, if the delay was the network's.
   */
  delay(samples: number): number {
    const last = this.#last;
    if (!last) return samples;
    this.#last = { ...last, position: last.position + samples };
    for (const each of this.#leastSkews) each.leastMs -= samples / perMs;
    return last.position + samples;
  }

  #anchor(rtp: number, arrivalMs: number): number {
    const position = Math.round((arrivalMs - this.#startMs) * perMs);
    this.#last = { rtp, position, arrivalMs };
    this.#leastSkews = [];
    this.#quietFrom = undefined;
    this.#anchoredAtMs = arrivalMs;
    this.#outside = undefined;
    this.#steppedAtMs = arrivalMs;
    this.#anchors++;
    return position;
  }

  #hasMoved(skewMs: number, arrivalMs: number): boolean {
    if (Math.abs(skewMs) <= this.#boundMs) {
      this.#outside = undefined;
      return false;
    }
    if (Math.abs(skewMs) > restartMs) return true;
    const begun = { sinceMs: arrivalMs, count: 0, minMs: skewMs, maxMs: skewMs };
    const outside = (this.#outside ??= { sinceMs: arrivalMs, steady: begun });
    if (arrivalMs - outside.sinceMs > restlessMs) return true;
    if (skewMs < 0) return false;
    const { steady } = outside;
    steady.minMs = Math.min(steady.minMs, skewMs);
    steady.maxMs = Math.max(steady.maxMs, skewMs);
    if (steady.maxMs - steady.minMs > steadySpreadMs) outside.steady = begun;
    outside.steady.count++;
    return outside.steady.count > this.#boundPackets && arrivalMs - outside.steady.sinceMs >= steadyMs;
  }

  #watch(skewMs: number, arrivalMs: number): void {
    const second = Math.floor(arrivalMs / SECOND);
    const latest = this.#leastSkews.at(-1);
    if (latest && latest.second >= second) {
      latest.leastMs = Math.min(latest.leastMs, skewMs);
      latest.packets++;
    } else this.#leastSkews.push({ second, leastMs: skewMs, packets: 1 });
    while ((this.#leastSkews[0]?.second ?? second) < second - windowMs / SECOND) this.#leastSkews.shift();
  }

  /** How long the silence is that ends at this packet, in milliseconds; undefined: the packet is audible. */
  #silenceBefore(position: number, { advanced, isQuiet }: { advanced: number; isQuiet: boolean }): number | undefined {
    if (advanced / perMs >= gapMs) return gapMs;
    return isQuiet ? (position - (this.#quietFrom ?? position)) / perMs : undefined;
  }

  /**
   * By how much the position should move at this packet, in milliseconds: back no further than into the silence before
   * it, and on by no more than doubles it, or a word would have a hole.
   */
  #adjust(arrivalMs: number, silenceMs: number | undefined): number {
    const drift = leastOf(this.#leastSkews);
    if (arrivalMs - this.#anchoredAtMs < settlingMs) return Math.max(Math.min(0, drift), -(silenceMs ?? 0));
    if (packetsIn(this.#leastSkews) < enoughPackets) return 0;
    const since = Math.floor((arrivalMs - lateWindowMs) / SECOND);
    const lately = this.#leastSkews.filter(({ second }) => second >= since);
    const recentDrift = packetsIn(lately) >= enoughPackets ? Math.max(drift, leastOf(lately)) : drift;
    if (silenceMs !== undefined && Math.abs(recentDrift) > unheardToleranceMs)
      return Math.sign(recentDrift) * Math.min(Math.abs(recentDrift), silenceMs);
    const tolerated = drift < 0 ? earlyTolerance * this.#driftMs : this.#driftMs;
    if (Math.abs(drift) <= 2 * tolerated || arrivalMs - this.#steppedAtMs < stepEveryMs) return 0;
    this.#steppedAtMs = arrivalMs;
    return Math.sign(drift) * stepMs;
  }

  /** Moves the known skew along with the track; returns samples. */
  #move(ms: number): number {
    for (const each of this.#leastSkews) each.leastMs -= ms;
    return Math.round(ms * perMs);
  }
}

function leastOf(skews: readonly LeastSkew[]): number {
  return Math.min(...skews.map(({ leastMs }) => leastMs));
}

function packetsIn(skews: readonly LeastSkew[]): number {
  return skews.reduce((sum, { packets }) => sum + packets, 0);
}
