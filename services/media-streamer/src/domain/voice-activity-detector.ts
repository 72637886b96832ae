/** A sender's or a measured level above this counts as voice, in dB below full scale. */
const VOICE_DB = -50;
/** For whoever transcribes: a turn ends after the hangover. */
const forTurns = { preRollMs: 300, hangoverMs: 700 };
/** Without packets the clock decides on silence; packets may be late by this much. */
const LATENESS_MS = 100;

/** A piece of one track's timeline, in milliseconds. */
export interface Heard {
  readonly atMs: number;
  readonly endMs: number;
}

/** What goes through, in order. A turn's end stands before what follows it. */
export interface Passed<Frame> {
  readonly endedMs?: number;
  readonly frames: readonly Frame[];
}

/** The level a frame is judged by: the sender's own, in -dBov, else what is measured. */
export function isVoice(levelDbov: number, measureDb: () => number): boolean {
  return (levelDbov < 128 ? -levelDbov : measureDb()) > VOICE_DB;
}

/** Lets one track's voice through, from a little before it began until a little after it ended. */
export class VoiceActivityDetector<Frame extends Heard> {
  readonly #preRollMs: number;
  readonly #hangoverMs: number;
  #before: Frame[] = [];
  /** While open: the end of the last voice, and of the last frame let through. */
  #open: { voiceMs: number; passedMs: number } | undefined;

  /** How much before a voice and after it goes through, milliseconds. */
  constructor({ preRollMs, hangoverMs }: { readonly preRollMs: number; readonly hangoverMs: number } = forTurns) {
    this.#preRollMs = preRollMs;
    this.#hangoverMs = hangoverMs;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  push(frame: Frame, isLoud: boolean): Passed<Frame> {
    const ended = !isLoud || this.#isStale(frame.atMs) ? this.#closeAfter(frame.endMs, this.#hangoverMs) : undefined;
    if (isLoud) {
      const frames = this.#open ? [frame] : [...this.#before, frame];
      this.#before = [];
      this.#open = { voiceMs: frame.endMs, passedMs: frame.endMs };
      return { endedMs: ended, frames };
    }
    if (this.#open) {
      this.#open.passedMs = frame.endMs;
      return { frames: [frame] };
    }
    this.#before.push(frame);
    this.#before = this.#before.filter((each) => each.endMs > frame.endMs - this.#preRollMs);
    return { endedMs: ended, frames: [] };
  }

  /** The clock goes on, frames or not. Returns the end of a turn that is over. */
  tick(nowMs: number): number | undefined {
    return this.#closeAfter(nowMs, this.#hangoverMs + LATENESS_MS);
  }

  /** Nothing more will come. Returns the end of the turn that was open. */
  end(): number | undefined {
    return this.#closeAfter(Infinity, 0);
  }

  #isStale(atMs: number): boolean {
    return this.#open !== undefined && atMs - this.#open.voiceMs > this.#hangoverMs + LATENESS_MS;
  }

  #closeAfter(nowMs: number, silenceMs: number): number | undefined {
    if (!this.#open || nowMs - this.#open.voiceMs <= silenceMs) return undefined;
    const { passedMs } = this.#open;
    this.#open = undefined;
    return passedMs;
  }
}
