/**
 * Runs where the audio is rendered and tells when, by the wall clock, a stretch of it was. The main thread's
 * `currentTime` lags behind rendering by up to 40 ms and would make every latency figure as vague. Its output is
 * silence, which keeps the graph running: a real device sends silence too.
 */
class PlaybackClock extends AudioWorkletProcessor {
  #stretches = [];

  constructor() {
    super();
    this.port.onmessage = ({ data }) => this.#stretches.push(data);
  }

  process() {
    const blockEnd = (currentFrame + 128) / sampleRate;
    for (const stretch of this.#stretches) {
      if (stretch.startedAt === undefined && blockEnd > stretch.from) stretch.startedAt = Date.now();
      if (blockEnd < stretch.until) continue;
      this.port.postMessage({ startedAt: stretch.startedAt, endedAt: Date.now(), key: stretch.key });
      this.#stretches = this.#stretches.filter((other) => other !== stretch);
    }
    return true;
  }
}

registerProcessor('playback-clock', PlaybackClock);
