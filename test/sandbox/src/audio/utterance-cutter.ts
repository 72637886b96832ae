import { recogniserRate } from './decode.ts';

const frameSamples = recogniserRate / 100;
/** Quieter than this (about -47 dBFS) is never speech. */
const quietestSpeechRms = 150;
const speechOverNoise = 3;
const framesToStart = 3;
const preRollMs = 200;
/** What is kept of the silence after the last loud frame. */
const postRollMs = 200;
const longestUtteranceMs = 20_000;
const quietestCutWithinMs = 1500;

/** A stretch of speech; times are milliseconds from the start of the stream. */
export interface CutUtterance {
  startMs: number;
  endMs: number;
  samples: Int16Array;
}

export type CutterEvent = { type: 'speech-started'; atMs: number } | { type: 'utterance'; utterance: CutUtterance };

/** Cuts a 16 kHz mono stream into utterances by its energy, in frames of 10 ms. */
export class UtteranceCutter {
  hangoverMs: number;
  #buffer: Int16Array = new Int16Array(0);
  /** Stream position of `#buffer[0]`, in samples; never before the end of the utterance cut last. */
  #bufferStart = 0;
  #scanned = 0;
  #noiseRms = quietestSpeechRms;
  #loudFrames = 0;
  #speech: { start: number; lastLoudEnd: number; levels: number[] } | undefined;

  constructor(options: { hangoverMs: number }) {
    this.hangoverMs = options.hangoverMs;
  }

  /** How much has arrived, in milliseconds. */
  get positionMs(): number {
    return toMs(this.#bufferStart + this.#buffer.length);
  }

  push(samples: Int16Array): CutterEvent[] {
    const buffer = new Int16Array(this.#buffer.length + samples.length);
    buffer.set(this.#buffer);
    buffer.set(samples, this.#buffer.length);
    this.#buffer = buffer;

    const events: CutterEvent[] = [];
    while (this.#scanned + frameSamples <= this.#bufferStart + this.#buffer.length) {
      const from = this.#scanned - this.#bufferStart;
      const rms = rootMeanSquare(this.#buffer.subarray(from, from + frameSamples));
      this.#scanned += frameSamples;
      events.push(...this.#scan(rms));
    }
    if (!this.#speech) this.#forgetBefore(this.#scanned - toSamples(preRollMs) - framesToStart * frameSamples);
    return events;
  }

  /** Ends the utterance that is under way, if there is one. */
  flush(): CutterEvent[] {
    if (!this.#speech) return [];
    return [
      this.#cutAt(Math.min(this.#bufferStart + this.#buffer.length, this.#speech.lastLoudEnd + toSamples(postRollMs))),
    ];
  }

  get isSpeaking(): boolean {
    return this.#speech !== undefined;
  }

  /** The utterance under way, as far as it has come. */
  current(): CutUtterance | undefined {
    return this.#speech && this.#slice(this.#speech.start, this.#bufferStart + this.#buffer.length);
  }

  #scan(rms: number): CutterEvent[] {
    const isLoud = rms > Math.max(quietestSpeechRms, this.#noiseRms * speechOverNoise);
    // The floor falls at once and rises slowly, more so while it is loud, so that speech does not become its own noise.
    const rise = isLoud ? 0.0005 : 0.005;
    this.#noiseRms = rms < this.#noiseRms ? rms : this.#noiseRms + (rms - this.#noiseRms) * rise;
    this.#loudFrames = isLoud ? this.#loudFrames + 1 : 0;

    if (!this.#speech) {
      if (this.#loudFrames < framesToStart) return [];
      const onset = this.#scanned - framesToStart * frameSamples;
      const start = Math.max(this.#bufferStart, onset - toSamples(preRollMs));
      this.#speech = { start, lastLoudEnd: this.#scanned, levels: [] };
      return [{ type: 'speech-started', atMs: toMs(onset) }];
    }

    this.#speech.levels.push(rms);
    if (isLoud) this.#speech.lastLoudEnd = this.#scanned;
    if (this.#scanned - this.#speech.lastLoudEnd >= toSamples(this.hangoverMs)) {
      return [this.#cutAt(Math.min(this.#scanned, this.#speech.lastLoudEnd + toSamples(postRollMs)))];
    }
    if (this.#scanned - this.#speech.start < toSamples(longestUtteranceMs)) return [];
    const recent = this.#speech.levels.slice(-quietestCutWithinMs / 10);
    return [this.#cutAt(this.#scanned - (recent.length - 1 - recent.indexOf(Math.min(...recent))) * frameSamples)];
  }

  #cutAt(end: number): CutterEvent {
    const utterance = this.#slice(this.#speech!.start, end);
    this.#speech = undefined;
    this.#loudFrames = 0;
    this.#forgetBefore(end);
    this.#scanned = Math.max(end, this.#bufferStart);
    return { type: 'utterance', utterance };
  }

  #slice(start: number, end: number): CutUtterance {
    const samples = this.#buffer.slice(start - this.#bufferStart, end - this.#bufferStart);
    return { startMs: toMs(start), endMs: toMs(end), samples };
  }

  #forgetBefore(sample: number): void {
    const count = Math.min(this.#buffer.length, sample - this.#bufferStart);
    if (count <= 0) return;
    this.#buffer = this.#buffer.slice(count);
    this.#bufferStart += count;
  }
}

function rootMeanSquare(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}

function toMs(samples: number): number {
  return (samples * 1000) / recogniserRate;
}

function toSamples(ms: number): number {
  return Math.round((ms * recogniserRate) / 1000);
}
