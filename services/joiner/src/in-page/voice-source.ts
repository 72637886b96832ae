import { now } from './now.ts';
import { VoicePlayer, type PlayerReport } from './voice-player.ts';

// As the browser has them, not as a page may have them later.
const { apply } = Reflect;
const { AudioContext: Context, AudioWorkletNode: WorkletNode, Blob: NativeBlob } = globalThis;
const Destination = globalThis.MediaStreamAudioDestinationNode;
const { createObjectURL, revokeObjectURL } = URL;
const connect = globalThis.AudioNode?.prototype.connect;
const { suspend, resume } = Context?.prototype ?? {};
const clone = globalThis.MediaStreamTrack?.prototype.clone;

/** What waits for the thread to stand: what it has room for itself. */
const MAX_EARLY_SAMPLES = VoicePlayer.RING;

/** What a worklet's thread has, and no library describes. */
declare const registerProcessor: (name: string, processor: unknown) => void;
declare const AudioWorkletProcessor: new () => { readonly port: MessagePort };
declare const currentTime: number;

interface TimedReport extends PlayerReport {
  /** The context's own time at the end of what was rendered, seconds. */
  readonly at: number;
}

/** Runs in the worklet's thread, of which `Player` is a part. Its text is what is loaded there. */
function serve(Player: typeof VoicePlayer): void {
  const name = 'voice';
  class Processor extends AudioWorkletProcessor {
    readonly #player = new Player();

    constructor() {
      super();
      this.port.onmessage = ({ data }: MessageEvent<{ pcm: Int16Array } | { stop: number }>) => {
        if ('pcm' in data) return this.#player.push(data.pcm);
        this.#player.stop(data.stop);
        this.#report(0);
      };
    }

    process(_inputs: unknown, [output]: Float32Array[][]): boolean {
      const [channel] = output ?? [];
      if (channel) this.#player.render(channel);
      this.#report(channel?.length ?? 0);
      return true;
    }

    #report(samples: number): void {
      const report = this.#player.takeReport();
      if (report) this.port.postMessage({ ...report, at: currentTime + samples / 48_000 });
    }
  }
  registerProcessor(name, Processor);
}

const workletText = `(${serve})(${VoicePlayer})`;

/**
 * Plays what the bot says into tracks that a page takes for a microphone's. Costs nothing until the bot speaks. From then on it sends silence
 * between two speeches: RTP time stands still with the context, so that what follows a rest seems to be late by it, and receivers' jitter
 * buffers grow to a second (measured: 30 ms before a rest of 2.5 s, 420 ms after it, 930 ms after one of 6 s).
 */
export class VoiceSource {
  readonly #context: AudioContext;
  readonly #destination: MediaStreamAudioDestinationNode;
  readonly #onReport: (report: PlayerReport & { readonly at: number }) => void;
  readonly #taken: MediaStreamTrack[] = [];
  #port: MessagePort | undefined;
  #early: (Int16Array | number)[] = [];
  #earlySamples = 0;
  #isLoading = false;
  #isAwake = false;
  #last: PlayerReport = { stop: 0, isPlaying: false, sounded: 0, buffered: 0 };
  /** How far the context's time is behind the page's, by the report that came soonest since it began to play, milliseconds. */
  #offsetMs = Infinity;

  constructor(onReport: (report: PlayerReport & { readonly at: number }) => void) {
    this.#onReport = onReport;
    this.#context = new Context({ latencyHint: 'interactive', sampleRate: 48_000 });
    // A context that stands still gives a track that sends nothing, which is silence at no cost.
    void apply(suspend as () => Promise<void>, this.#context, []);
    this.#destination = new Destination(this.#context, { channelCount: 1 });
  }

  /** How many of the tracks that were given are in use. */
  get microphones(): number {
    return this.#taken.filter(({ readyState }) => readyState === 'live').length;
  }

  /** A track of its own for each taker, since takers stop what they were given. */
  take(): MediaStreamTrack {
    const [track] = this.#destination.stream.getAudioTracks();
    if (!track) throw new DOMException('no microphone', 'NotFoundError');
    const taken = apply(clone as () => MediaStreamTrack, track, []);
    this.#taken.splice(0, this.#taken.length, ...this.#taken.filter(({ readyState }) => readyState === 'live'), taken);
    return taken;
  }

  play(pcm: Int16Array): void {
    this.#wake();
    this.#post(pcm);
  }

  stop(number: number): void {
    this.#post(number);
    // Its thread may not answer while it stands.
    if (!this.#port || !this.#isAwake) this.#onReport({ ...this.#last, stop: number, at: now() });
  }

  #post(message: Int16Array | number): void {
    if (this.#port) return this.#port.postMessage(typeof message === 'number' ? { stop: message } : { pcm: message });
    if (typeof message === 'number') {
      this.#early = [message];
      this.#earlySamples = 0;
    } else if (this.#earlySamples + message.length <= MAX_EARLY_SAMPLES) {
      this.#early.push(message);
      this.#earlySamples += message.length;
    }
  }

  #wake(): void {
    if (!this.#isLoading) {
      this.#isLoading = true;
      // Without its thread nothing sounds, which whoever waits for a report notices.
      this.#load().catch(() => void (this.#isLoading = false));
    }
    if (this.#isAwake) return;
    this.#isAwake = true;
    apply(resume as () => Promise<void>, this.#context, []).catch(() => void (this.#isAwake = false));
  }

  async #load(): Promise<void> {
    const url = createObjectURL(new NativeBlob([workletText], { type: 'text/javascript' }));
    await this.#context.audioWorklet.addModule(url).finally(() => revokeObjectURL(url));
    const options = { numberOfInputs: 0, numberOfOutputs: 1, outputChannelCount: [1] };
    const node = new WorkletNode(this.#context, 'voice', options);
    apply(connect as (to: AudioNode) => AudioNode, node, [this.#destination]);
    node.port.onmessage = ({ data }: MessageEvent<TimedReport>) => this.#report(data);
    this.#port = node.port;
    for (const message of this.#early) this.#post(message);
    this.#early = [];
  }

  #report({ at: renderedAt, ...report }: TimedReport): void {
    const contextMs = renderedAt * 1000;
    // A context that was short of time has fallen behind since.
    if (!this.#last.isPlaying) this.#offsetMs = Infinity;
    this.#last = report;
    this.#offsetMs = Math.min(this.#offsetMs, now() - contextMs);
    this.#onReport({ ...report, at: Math.min(now(), contextMs + this.#offsetMs) });
  }
}
