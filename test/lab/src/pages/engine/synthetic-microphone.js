// Time for the order to play to reach the thread that renders.
const leadSeconds = 0.05;

/**
 * A microphone made of WebAudio: silence until a sound is played into it. What comes out is an ordinary track, so the
 * sound goes through the browser's encoder and RTP like anybody's voice.
 */
export class SyntheticMicrophone {
  #context = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
  #output = this.#context.createMediaStreamDestination();
  #clock = this.#startClock();
  #played = 0;

  #isStereo;

  constructor({ isStereo = false } = {}) {
    this.#isStereo = isStereo;
    this.#output.channelCount = isStereo ? 2 : 1;
  }

  /** A track of its own for each taker, since takers stop what they were given. */
  track() {
    return this.#output.stream.getAudioTracks()[0].clone();
  }

  /** Plays a sound file; resolves at its end with the times, in ms since the epoch, at which it was rendered. */
  async play(url, onStart = () => {}) {
    await this.#context.resume();
    const clock = await this.#clock;
    const bytes = await (await fetch(url)).arrayBuffer();
    const buffer = await this.#context.decodeAudioData(bytes);
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    // Off the middle: an encoder makes one channel of two that are alike.
    if (this.#isStereo) source.connect(new StereoPannerNode(this.#context, { pan: -0.7 })).connect(this.#output);
    else source.connect(this.#output);

    const key = (this.#played += 1);
    const from = this.#context.currentTime + leadSeconds;
    const done = new Promise((resolve) => {
      clock.port.addEventListener('message', function hear({ data }) {
        if (data.key !== key) return;
        clock.port.removeEventListener('message', hear);
        resolve({ startedAt: data.startedAt, endedAt: data.endedAt });
      });
    });
    clock.port.postMessage({ key, from, until: from + buffer.duration });
    source.start(from);
    onStart(buffer.duration * 1000);
    return done;
  }

  async #startClock() {
    await this.#context.audioWorklet.addModule('/lab/engine/playback-clock.js');
    const clock = new AudioWorkletNode(this.#context, 'playback-clock');
    clock.connect(this.#output);
    clock.port.start();
    return clock;
  }
}
