import { SECOND } from '@earshot/kernel';
import type { MediaFrame, TrackCodec } from './frame.ts';

/** After a longer pause of a track what follows is a file of its own. */
const LONGEST_PAUSE_US = 5 * SECOND * 1000;

/** begin: it is the first of a segment. drop: it cannot be decoded, since frames before it are missing. */
export type Place = 'begin' | 'continue' | 'drop';

/**
 * Where a track of video breaks. A segment begins with a key frame: after a long pause, and where H.264 changes its size, which its
 * container tells once. What comes after a gap is dropped to the next key frame. A pause in which nothing is missing, as a
 * still screen has it, and after which no key frame comes, is no break.
 */
export class SegmentCutter {
  readonly #codec: TrackCodec;
  #last: MediaFrame | undefined;
  #lastKey: MediaFrame | undefined;
  #isBroken = true;

  constructor(codec: TrackCodec) {
    this.#codec = codec;
  }

  place(frame: MediaFrame): Place {
    this.#isBroken = (this.#isBroken || frame.isAfterGap) && !frame.isKey;
    if (this.#isBroken) return 'drop';
    const isFirst = frame.isKey && (!this.#last || this.#isPauseBefore(frame) || this.#hasOtherSize(frame));
    this.#last = frame;
    if (frame.isKey) this.#lastKey = frame;
    return isFirst ? 'begin' : 'continue';
  }

  #isPauseBefore({ atUs }: MediaFrame): boolean {
    return this.#last !== undefined && atUs - this.#last.atUs > LONGEST_PAUSE_US;
  }

  #hasOtherSize({ width, height }: MediaFrame): boolean {
    const before = this.#lastKey;
    return this.#codec === 'h264' && before !== undefined && (before.width !== width || before.height !== height);
  }
}
