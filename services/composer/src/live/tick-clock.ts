import { TICK_MS } from './picture.ts';

const US_OF_SAMPLE = 1000 / 48;
const TICK_BYTES = TICK_MS * 48 * 2;
/** A longer gap is none of the sound: the meeting was not watched for so long, and the video goes on without it. */
const LONGEST_GAP_US = 2_000_000;
/** Times are rounded; a gap or an overlap up to this is none. */
const TOLERANCE_US = 1000;

/** Sound as it comes, cut into ticks: a gap is silence, what comes twice is heard once. The sound is the clock of a live video. */
export class TickClock {
  #nextUs: number | undefined;
  #rest = Buffer.alloc(0);

  /** Each with the samples of one tick. */
  *push({ atUs, pcm }: { readonly atUs: number; readonly pcm: Uint8Array }): Generator<Buffer> {
    const gapUs = this.#nextUs === undefined ? 0 : atUs - this.#nextUs;
    const known = gapUs < -TOLERANCE_US ? bytesOf(-gapUs) : 0;
    if (known >= pcm.length) return;
    const silent = gapUs > TOLERANCE_US && gapUs <= LONGEST_GAP_US ? bytesOf(gapUs) : 0;
    this.#nextUs = atUs + (pcm.length / 2) * US_OF_SAMPLE;
    let bytes = Buffer.concat([this.#rest, Buffer.alloc(silent), pcm.subarray(known)]);
    for (; bytes.length >= TICK_BYTES; bytes = bytes.subarray(TICK_BYTES)) yield bytes.subarray(0, TICK_BYTES);
    this.#rest = bytes;
  }
}

function bytesOf(us: number): number {
  return Math.round(us / US_OF_SAMPLE) * 2;
}
