const sampleRate = 48_000;
const chunkMs = 10;
const chunkFrames = (sampleRate * chunkMs) / 1000;

/**
 * The device behind a microphone: 10 ms of sound every 10 ms, silence where nothing is played. A thread that was kept
 * waiting delivers what has become due since, as hardware with a buffer does: sound may come late, but none is lost.
 */
class Device {
  #writer;
  #channels;
  #startedAt = performance.now();
  #chunks = 0;
  #sounds = [];

  constructor({ writable, channels }) {
    this.#writer = writable.getWriter();
    this.#channels = channels;
    setInterval(() => this.#catchUp(), chunkMs);
  }

  /** `samples` holds the channels one after the other. */
  play({ key, samples, at }) {
    const sound = { key, samples, frames: samples.length / this.#channels, at: 0 };
    // What has to begin at its time counts from there; a chunk bears the time at which it is handed on.
    if (at !== undefined) {
      const due = at - performance.timeOrigin - this.#startedAt - chunkMs;
      sound.at = Math.min(0, this.#chunks * chunkFrames - Math.round((due * sampleRate) / 1000));
      if (sound.at < 0) sound.startedAt = at;
    }
    this.#sounds.push(sound);
  }

  #catchUp() {
    const due = Math.floor((performance.now() - this.#startedAt) / chunkMs);
    while (this.#chunks < due) this.#hand(this.#next());
  }

  #next() {
    const chunk = new Float32Array(chunkFrames * this.#channels);
    for (const sound of this.#sounds) {
      sound.startedAt ??= Date.now();
      const end = Math.min(sound.at + chunkFrames, sound.frames);
      for (let channel = 0; channel < this.#channels; channel += 1) {
        for (let frame = Math.max(0, sound.at); frame < end; frame += 1)
          chunk[channel * chunkFrames + frame - sound.at] += sound.samples[channel * sound.frames + frame];
      }
      sound.at = end;
      if (end === sound.frames) self.postMessage({ key: sound.key, startedAt: sound.startedAt, endedAt: Date.now() });
    }
    this.#sounds = this.#sounds.filter(({ at, frames }) => at < frames);
    return chunk;
  }

  #hand(data) {
    const timestamp = this.#chunks * chunkMs * 1000;
    this.#chunks += 1;
    const shape = { format: 'f32-planar', sampleRate, numberOfFrames: chunkFrames, numberOfChannels: this.#channels };
    // A page that is on its way out takes no more sound.
    this.#writer.write(new AudioData({ ...shape, timestamp, data, transfer: [data.buffer] })).catch(() => {});
  }
}

let device;
self.onmessage = ({ data }) => {
  if (data.writable) device = new Device(data);
  else device.play(data);
};
