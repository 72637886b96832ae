// 60 ms are collected before a voice is played, and no more than half a second is kept.
const startSamples = 2880;
const maxSamples = 24_000;

/** One mix of everybody, on two channels. */
class ZoomAudioWorklet extends AudioWorkletProcessor {
  #voices = new Map();

  constructor() {
    super();
    this.port.onmessage = ({ data: { id, samples } }) => {
      const voice = this.#voices.get(id) ?? { chunks: [], at: 0, queued: 0, isPlaying: false };
      this.#voices.set(id, voice);
      const chunk = new Int16Array(samples);
      voice.chunks.push(chunk);
      voice.queued += chunk.length;
      while (voice.queued > maxSamples) drop(voice);
    };
  }

  process(_inputs, [output]) {
    const [left, right] = output;
    for (const voice of this.#voices.values()) {
      if (!voice.isPlaying && voice.queued < startSamples) continue;
      voice.isPlaying = voice.queued >= left.length;
      if (!voice.isPlaying) continue;
      for (let index = 0; index < left.length; index++) left[index] += next(voice) / 32768;
    }
    right?.set(left);
    return true;
  }
}

function next(voice) {
  const [chunk] = voice.chunks;
  const sample = chunk[voice.at++];
  voice.queued -= 1;
  if (voice.at === chunk.length) {
    voice.chunks.shift();
    voice.at = 0;
  }
  return sample;
}

function drop(voice) {
  const [chunk] = voice.chunks.splice(0, 1);
  voice.queued -= chunk.length - voice.at;
  voice.at = 0;
}

registerProcessor('zoomAudioWorklet', ZoomAudioWorklet);
