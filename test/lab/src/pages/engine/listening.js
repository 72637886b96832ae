import { base64, now, toInt16 } from './capture.js';

/** Every sound of a track from now on, as it is played. */
export class Listening {
  #chunks = [];
  #reader;

  constructor(track) {
    this.#reader = new window.MediaStreamTrackProcessor({ track, maxBufferSize: 100 }).readable.getReader();
    void this.#read();
  }

  /** What came until a time, or so far, by the times of its chunks: what is missing between them is silent. */
  async recorded(until = 0) {
    while (now() < until) await new Promise((resolve) => setTimeout(resolve, until - now()));
    const [first] = this.#chunks;
    if (!first) return { startedAt: now(), pcm: '' };
    const placeOf = ({ timestamp }) => Math.round(((timestamp - first.timestamp) * 48) / 1000);
    const last = this.#chunks.at(-1);
    const samples = new Int16Array(placeOf(last) + last.samples.length);
    for (const chunk of this.#chunks) samples.set(chunk.samples, placeOf(chunk));
    // The chunk that was handed over soonest says best when the first was due.
    const startedAt = Math.min(...this.#chunks.map(({ at, timestamp }) => at - (timestamp - first.timestamp) / 1000));
    return { startedAt, pcm: base64(new Uint8Array(samples.buffer)) };
  }

  stop() {
    void this.#reader.cancel();
  }

  async #read() {
    for (;;) {
      const { value } = await this.#reader.read();
      if (!value) return;
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
      this.#chunks.push({ at: now(), timestamp: value.timestamp, samples: Int16Array.from(samples, toInt16) });
      value.close();
    }
  }
}
