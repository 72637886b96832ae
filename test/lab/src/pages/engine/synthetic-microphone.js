import { workerOf } from './worker-of.js';

const sampleRate = 48_000;
// Off the middle: an encoder makes one channel of two that are alike.
const sides = [1, 0.25];

/**
 * A microphone without a device: silence until a sound is played into it. What comes out is an ordinary track, so the
 * sound goes through the browser's encoder and RTP like anybody's voice. Not WebAudio: its thread must render in time,
 * and on a busy machine what it misses is lost for good, which no buffered device does.
 */
export class SyntheticMicrophone {
  #generator = new window.MediaStreamTrackGenerator({ kind: 'audio' });
  #worker = workerOf('microphone-worker.js');
  #isStereo;
  #played = 0;

  constructor({ isStereo = false } = {}) {
    this.#isStereo = isStereo;
    const { writable } = this.#generator;
    this.#worker.postMessage({ writable, channels: isStereo ? sides.length : 1 }, [writable]);
  }

  /** A track of its own for each taker, since takers stop what they were given. */
  track() {
    return this.#generator.clone();
  }

  /** Plays a sound file; resolves at its end with the times, in ms since the epoch, at which it entered the track. */
  async play(url, onStart = () => {}) {
    const bytes = await (await fetch(url)).arrayBuffer();
    const buffer = await new OfflineAudioContext({ length: 1, sampleRate }).decodeAudioData(bytes);
    const samples = this.#isStereo ? onSides(buffer.getChannelData(0)) : buffer.getChannelData(0).slice();

    const done = this.#hand(samples);
    onStart(buffer.duration * 1000);
    return done;
  }

  /** Plays a tone from a time in ms since the epoch on, exact to the sample; resolves as `play` does, later if it was too late. */
  beep({ at, frequency, durationMs }) {
    const length = Math.round((durationMs * sampleRate) / 1000);
    // Begins and ends softly, so that it stays one tone.
    const ramp = sampleRate / 500;
    const tone = Float32Array.from({ length }, (_, index) => {
      const loudness = 0.5 * Math.min(1, index / ramp, (length - index) / ramp);
      return loudness * Math.sin((2 * Math.PI * frequency * index) / sampleRate);
    });
    return this.#hand(this.#isStereo ? onSides(tone) : tone, at);
  }

  #hand(samples, at) {
    const key = (this.#played += 1);
    const worker = this.#worker;
    const done = new Promise((resolve) => {
      worker.addEventListener('message', function hear({ data }) {
        if (data.key !== key) return;
        worker.removeEventListener('message', hear);
        resolve({ startedAt: data.startedAt, endedAt: data.endedAt });
      });
    });
    worker.postMessage({ key, samples, at }, [samples.buffer]);
    return done;
  }
}

/** The channels one after the other. */
function onSides(mono) {
  const samples = new Float32Array(mono.length * sides.length);
  for (const [channel, gain] of sides.entries())
    samples.set(
      mono.map((sample) => sample * gain),
      channel * mono.length,
    );
  return samples;
}
