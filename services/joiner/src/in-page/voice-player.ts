/** What is known of a player at one moment. */
export interface PlayerReport {
  readonly stop: number;
  readonly isPlaying: boolean;
  readonly sounded: number;
  readonly buffered: number;
}

/**
 * Plays samples as they come, one block of an audio thread after the other: waits for a little to be there before it begins, fades in
 * and out, so that nothing clicks, and drops what does not fit. Its text runs in a worklet, which has no modules: it uses nothing of
 * this file but itself.
 */
export class VoicePlayer {
  /** Of what is kept, samples; a power of two. 2.7 s. */
  static readonly RING = 131_072;
  /** So much is to be there before it begins, so that the next may come a little late: 40 ms. */
  static readonly START = 1920;
  /** From silence and into it: 4 ms. */
  static readonly FADE = 192;
  /** Between two reports while it plays: 50 ms. */
  static readonly REPORT = 2400;

  readonly #ring = new Int16Array(VoicePlayer.RING);
  /** Samples since the beginning: those that were put in, and those that were taken out. */
  #written = 0;
  #taken = 0;
  #sounded = 0;
  #isPlaying = false;
  /** How long something has waited to be played, samples. */
  #waited = 0;
  /** How many samples are left of a fade into silence, behind which what was there is dropped. */
  #fading = 0;
  #fadedIn = 0;
  #stop = 0;
  /** What sounded last, and how many samples are left of its way to silence where nothing came behind it. */
  #last = 0;
  #falling = 0;
  #reportedAt = 0;
  #isNews = false;

  /** Behind what is there; what does not fit is dropped. */
  push(pcm: Int16Array): void {
    const room = VoicePlayer.RING - (this.#written - this.#taken);
    const length = Math.min(room, pcm.length);
    for (let at = 0; at < length; at += 1) this.#ring[(this.#written + at) % VoicePlayer.RING] = pcm[at] as number;
    this.#written += length;
  }

  /** Drops what is there, but for a few samples in which it fades. */
  stop(number: number): void {
    this.#stop = number;
    this.#fading = this.#isPlaying ? Math.min(VoicePlayer.FADE, this.#written - this.#taken) : 0;
    this.#written = this.#taken + this.#fading;
    if (this.#fading === 0) this.#isNews = true;
  }

  /** Fills a block, -1 to 1. */
  render(out: Float32Array): void {
    let at = 0;
    const waiting = this.#written - this.#taken;
    if (!this.#isPlaying && waiting > 0) {
      this.#waited += out.length;
      if (waiting >= VoicePlayer.START || this.#waited >= VoicePlayer.START) {
        this.#isPlaying = true;
        this.#isNews = true;
        this.#fadedIn = 0;
      }
    }
    if (!this.#isPlaying) return void this.#fall(out, 0);
    while (at < out.length && this.#taken < this.#written) {
      const sample = (this.#ring[this.#taken % VoicePlayer.RING] as number) / 32_768;
      const rise = this.#fadedIn < VoicePlayer.FADE ? this.#fadedIn++ / VoicePlayer.FADE : 1;
      const fall = this.#fading > 0 ? this.#fading / VoicePlayer.FADE : 1;
      this.#last = out[at++] = sample * rise * fall;
      this.#taken += 1;
      this.#sounded += 1;
      if (this.#fading > 0 && --this.#fading === 0) {
        this.#end();
        break;
      }
    }
    if (this.#isPlaying && at < out.length) this.#end();
    this.#fall(out, at);
    if (this.#sounded - this.#reportedAt >= VoicePlayer.REPORT) this.#isNews = true;
  }

  /** What is to be reported now; undefined for nothing. */
  takeReport(): PlayerReport | undefined {
    if (!this.#isNews) return undefined;
    this.#isNews = false;
    this.#reportedAt = this.#sounded;
    const buffered = this.#written - this.#taken;
    return { stop: this.#stop, isPlaying: this.#isPlaying, sounded: this.#sounded, buffered };
  }

  #end(): void {
    this.#isPlaying = false;
    this.#isNews = true;
    this.#waited = 0;
    this.#falling = VoicePlayer.FADE;
  }

  /** From what sounded last to silence: a step would click. */
  #fall(out: Float32Array, from: number): void {
    for (let at = from; at < out.length; at += 1) {
      out[at] = this.#falling > 0 ? (this.#last * this.#falling--) / VoicePlayer.FADE : 0;
    }
  }
}
