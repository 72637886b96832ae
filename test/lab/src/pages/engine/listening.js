import { base64, buffered, now, toInt16 } from './capture.js';

/** Every sound of a track from now on, as it is played. */
export class Listening {
  #chunks = [];
  #reader;
  #buffered;
  #before;

  constructor(track, connections) {
    this.#buffered = async () => (await buffered(connections, [track]))[0];
    this.#before = this.#buffered();
    this.#reader = new window.MediaStreamTrackProcessor({ track, maxBufferSize: 100 }).readable.getReader();
    void this.#read();
  }

  /** What came until a time, or so far. The chunks follow one another: their own times are when they were made, late or in a hurry. */
  async recorded(until = 0) {
    while (now() < until) await new Promise((resolve) => setTimeout(resolve, until - now()));
    const samples = new Int16Array(this.#chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0));
    // The chunk that was handed over soonest says best when the first was due.
    let startedAt = now();
    let place = 0;
    for (const chunk of this.#chunks) {
      samples.set(chunk.samples, place);
      startedAt = Math.min(startedAt, chunk.at - place / 48);
      place += chunk.samples.length;
    }
    const [before, after] = [await this.#before, await this.#buffered()];
    const emitted = after.count - before.count;
    const delayMs = emitted > 0 ? (1000 * (after.seconds - before.seconds)) / emitted : 0;
    return { startedAt, delayMs, pcm: base64(new Uint8Array(samples.buffer)) };
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
      this.#chunks.push({ at: now(), samples: Int16Array.from(samples, toInt16) });
      value.close();
    }
  }
}
