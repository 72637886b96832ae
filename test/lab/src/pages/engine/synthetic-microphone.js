const sampleRate = 48_000;
// Meet's pages take no script's address that is a mere text.
const scripts = window.trustedTypes.createPolicy('lab', { createScriptURL: (url) => url });
// Off the middle: an encoder makes one channel of two that are alike.
const sides = [1, 0.25];

/**
 * A microphone without a device: silence until a sound is played into it. What comes out is an ordinary track, so the
 * sound goes through the browser's encoder and RTP like anybody's voice. Not WebAudio: its thread must render in time,
 * and on a busy machine what it misses is lost for good, which no buffered device does.
 */
export class SyntheticMicrophone {
  #generator = new window.MediaStreamTrackGenerator({ kind: 'audio' });
  #worker = new Worker(scripts.createScriptURL('/lab/engine/microphone-worker.js'));
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

    const key = (this.#played += 1);
    const done = new Promise((resolve) => {
      const worker = this.#worker;
      worker.addEventListener('message', function hear({ data }) {
        if (data.key !== key) return;
        worker.removeEventListener('message', hear);
        resolve({ startedAt: data.startedAt, endedAt: data.endedAt });
      });
    });
    this.#worker.postMessage({ key, samples }, [samples.buffer]);
    onStart(buffer.duration * 1000);
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
