import { SECOND } from '@earshot/kernel';

/** RTP time of video (RFC 3551, 5). */
const PER_MS = 90;
/** Delay only ever adds: the quickest arrival in this window shows the offset. As wide as audio needs to follow a network that changed. */
const WINDOW_MS = 5 * SECOND;
/** Beyond this no network is to blame: the sender counts from somewhere else, and is believed at once. */
const RESTART_MS = 10 * SECOND;
/** Nothing comes before it is sent: a frame that is this early was counted from somewhere else. */
const EARLY_MS = SECOND;
/** So late, by the same amount for so long, is a sender that counts from somewhere else; what was held up on its way arrives together. */
const LATE_MS = SECOND / 2;
const STEADY_SPREAD_MS = 100;
const STEADY_MS = SECOND;
/** An offset that is wrong by more is put right at once: seen beside the sound it would be noticed (ITU-R BT.1359-1: 45 ms early, 125 ms late). */
const SNAP_MS = 80;
/** Else it is followed by so much a second: a frame's spacing changes by a third of a millisecond at most, mostly by a thirtieth. */
const FAST_SLEW = 0.01;
const SLOW_SLEW = 0.001;
const SLOW_WITHIN_MS = 10;

export interface ArrivedFrame {
  /** 90 kHz, wrapping at 2^32. */
  readonly rtpTimestamp: number;
  /** Of the timeline, milliseconds. */
  readonly arrivedMs: number;
}

/** Frames whose sender counts from one point. */
interface Run {
  /** Arrival minus sender's time: the least of each second. */
  readonly leastSkews: { readonly second: number; leastMs: number }[];
  offsetMs: number | undefined;
  /** The sender's time at which the offset was moved last. */
  movedMs: number;
}

interface TimedFrame {
  run: Run;
  /** By its sender's clock, from anywhere. */
  senderMs: number;
  readonly arrivedMs: number;
}

/**
 * Maps the RTP time of one track's frames to the timeline: their spacing is the sender's, the offset that of the quickest arrivals
 * around, as the clock of audio tracks has it. A function of what is put in alone.
 */
export class FrameClock {
  #last: { readonly rtp: number; readonly frame: TimedFrame } | undefined;
  /** Frames in a row that are late, the last ones that agree. */
  #late: { frames: TimedFrame[]; minMs: number; maxMs: number } | undefined;
  #lastUs = -1;

  /** Where frames lie, in microseconds, each behind the one before it. Frames that are placed together know of each other's arrivals. */
  place(frames: readonly ArrivedFrame[]): number[] {
    return frames.map((frame) => this.#time(frame)).map((frame) => this.#put(frame));
  }

  #time({ rtpTimestamp, arrivedMs }: ArrivedFrame): TimedFrame {
    const last = this.#last;
    const advancedMs = last ? ((rtpTimestamp - last.rtp) | 0) / PER_MS : 0; // signed 32 bits: wraps come out right
    const frame = last
      ? { run: last.frame.run, senderMs: last.frame.senderMs + advancedMs, arrivedMs }
      : { run: newRun(), senderMs: arrivedMs, arrivedMs };
    if (last) this.#beginRun(frame);
    this.#watch(frame);
    this.#last = { rtp: rtpTimestamp, frame };
    return frame;
  }

  /** Begins to count anew at a frame whose sender did, and at those before it that show the same. */
  #beginRun(frame: TimedFrame): void {
    const aheadMs = skewOf(frame) - leastOf(frame.run, frame.arrivedMs);
    if (aheadMs >= -EARLY_MS && aheadMs <= LATE_MS) {
      this.#late = undefined;
      return;
    }
    const late = aheadMs > 0 && aheadMs <= RESTART_MS ? this.#lateWith(frame) : [frame];
    const [first] = late;
    if (!first) return;
    const run = newRun();
    const jumpMs = skewOf(first);
    for (const each of late) {
      Object.assign(each, { run, senderMs: each.senderMs + jumpMs });
      if (each !== frame) this.#watch(each);
    }
    this.#late = undefined;
  }

  /** Those that are late by the same, once they are for long enough. */
  #lateWith(frame: TimedFrame): TimedFrame[] {
    const skewMs = skewOf(frame);
    const late = (this.#late ??= { frames: [], minMs: skewMs, maxMs: skewMs });
    late.minMs = Math.min(late.minMs, skewMs);
    late.maxMs = Math.max(late.maxMs, skewMs);
    if (late.maxMs - late.minMs > STEADY_SPREAD_MS) Object.assign(late, { frames: [], minMs: skewMs, maxMs: skewMs });
    late.frames.push(frame);
    const since = late.frames[0]?.arrivedMs ?? frame.arrivedMs;
    return frame.arrivedMs - since >= STEADY_MS ? late.frames : [];
  }

  #watch(frame: TimedFrame): void {
    const { leastSkews } = frame.run;
    const second = Math.floor(frame.arrivedMs / SECOND);
    const latest = leastSkews.at(-1);
    if (latest && latest.second >= second) latest.leastMs = Math.min(latest.leastMs, skewOf(frame));
    else leastSkews.push({ second, leastMs: skewOf(frame) });
    // More than a segment has, which is placed at once.
    if (leastSkews.length > 120) leastSkews.splice(0, 60);
  }

  #put(frame: TimedFrame): number {
    const { run, senderMs, arrivedMs } = frame;
    const wanted = leastOf(run, arrivedMs);
    const wrongMs = wanted - (run.offsetMs ?? wanted);
    if (run.offsetMs === undefined || Math.abs(wrongMs) > SNAP_MS) run.offsetMs = wanted;
    else {
      const slew = Math.abs(wrongMs) > SLOW_WITHIN_MS ? FAST_SLEW : SLOW_SLEW;
      const most = Math.max(0, senderMs - run.movedMs) * slew;
      run.offsetMs += Math.max(-most, Math.min(most, wrongMs));
    }
    run.movedMs = senderMs;
    this.#lastUs = Math.max(Math.round((senderMs + run.offsetMs) * 1000), this.#lastUs + 1, 0);
    return this.#lastUs;
  }
}

function newRun(): Run {
  return { leastSkews: [], offsetMs: undefined, movedMs: 0 };
}

function skewOf({ arrivedMs, senderMs }: TimedFrame): number {
  return arrivedMs - senderMs;
}

/** The least skew of the window before an arrival, and of all that is known after it; before there is any, the last known one. */
function leastOf({ leastSkews }: Run, arrivedMs: number): number {
  const since = Math.floor((arrivedMs - WINDOW_MS) / SECOND);
  const around = leastSkews.filter(({ second }) => second >= since && second <= since + 2 * (WINDOW_MS / SECOND));
  const known = around.length > 0 ? around : leastSkews.slice(-1);
  return Math.min(...known.map(({ leastMs }) => leastMs));
}
