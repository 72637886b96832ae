import type { ReceivedFrame } from './video-track.ts';

/** Beyond that the sender is asked for a key frame. */
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_AGE_MS = 3000;

/**
 * What came of a track since its last key frame, while nothing is recorded yet: a decoder that begins with the recording needs it, and
 * nobody has to be asked for another key frame. Kept for a moment only.
 */
export class VideoPreroll {
  #frames: ReceivedFrame[] = [];
  #bytes = 0;

  keep(frame: ReceivedFrame): void {
    if (frame.isKey) this.clear();
    else if (this.#frames.length === 0) return;
    this.#frames.push(frame);
    this.#bytes += frame.payload.byteLength;
    if (this.#bytes > MAX_BYTES) this.clear();
  }

  /** What is kept, where it is young enough, as if it had come at the beginning of the meeting clock, at `startedMs` of the frames'. */
  take(startedMs: number): ReceivedFrame[] {
    const frames = this.#frames;
    this.clear();
    const [key] = frames;
    if (!key || startedMs - key.arrivedMs > MAX_AGE_MS) return [];
    return frames.map((frame) => ({ ...frame, arrivedMs: 0 }));
  }

  clear(): void {
    this.#frames = [];
    this.#bytes = 0;
  }
}
