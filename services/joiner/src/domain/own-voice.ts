import type { Frame } from './ingest-batch.ts';
import { VOICE_RATE } from './bot-voice.ts';

/** By which what the bot itself says goes into the recording: no track of a page has it (page-report.ts). */
export const OWN_VOICE_TRACK = 'own-voice';

const SAMPLES_PER_MS = VOICE_RATE / 1000;
/** 20 ms, as packets of others have. */
const FRAME_SAMPLES = 20 * SAMPLES_PER_MS;
/** Where the times of two reports do not fit together by more than this, there was silence between them. */
const MAX_DRIFT_MS = 30;

/** Samples of the bot's that sounded: the last of them at `at`, milliseconds since 1970. */
export interface SoundedVoice {
  readonly pcm: Int16Array;
  readonly at: number;
  /** Nothing sounds behind them for now. */
  readonly isEnd: boolean;
}

/** A frame with its end, milliseconds since 1970, in the place of the meeting's clock. */
export interface OwnVoiceFrame extends Omit<Frame, 'arrivedMs'> {
  readonly at: number;
}

/** -dBov (RFC 6464). */
const SILENCE = 127;

/** Makes frames of what has sounded, each at the time of its own end, as a packet comes. */
export class OwnVoice {
  /** What is left of a frame that is not full, and when the first of it sounds; undefined where nothing sounded just before. */
  #rest = new Int16Array();
  #restAt: number | undefined;
  #rtpTimestamp = 0;

  take({ pcm, at, isEnd }: SoundedVoice): OwnVoiceFrame[] {
    const frames: OwnVoiceFrame[] = [];
    const beginsAt = at - pcm.length / SAMPLES_PER_MS;
    const expectedAt = this.#restAt === undefined ? beginsAt : this.#restAt + this.#rest.length / SAMPLES_PER_MS;
    if (Math.abs(beginsAt - expectedAt) > MAX_DRIFT_MS) frames.push(...this.#flush());
    if (this.#restAt === undefined) {
      this.#restAt = beginsAt;
      // Silence passes as time does.
      this.#rtpTimestamp = Math.round(beginsAt * SAMPLES_PER_MS) % 2 ** 32;
    }
    const all = new Int16Array(this.#rest.length + pcm.length);
    all.set(this.#rest);
    all.set(pcm, this.#rest.length);
    this.#rest = all;
    while (this.#rest.length >= FRAME_SAMPLES) frames.push(this.#cut(FRAME_SAMPLES));
    return isEnd ? [...frames, ...this.#flush()] : frames;
  }

  #flush(): OwnVoiceFrame[] {
    const frames = this.#rest.length > 0 ? [this.#cut(this.#rest.length)] : [];
    this.#restAt = undefined;
    return frames;
  }

  #cut(length: number): OwnVoiceFrame {
    const pcm = this.#rest.slice(0, length);
    this.#rest = this.#rest.subarray(length);
    const rtpTimestamp = this.#rtpTimestamp;
    this.#rtpTimestamp = (rtpTimestamp + length) % 2 ** 32;
    const at = (this.#restAt ?? 0) + length / SAMPLES_PER_MS;
    this.#restAt = at;
    const payload = new Uint8Array(pcm.buffer, 0, pcm.byteLength);
    return {
      trackId: OWN_VOICE_TRACK,
      codec: 'pcm-s16',
      payload,
      rtpTimestamp,
      at,
      level: levelOf(pcm),
      isOwnVoice: true,
    };
  }
}

function levelOf(pcm: Int16Array): number {
  const power = pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length;
  return power === 0 ? SILENCE : Math.min(SILENCE, Math.max(0, Math.round(-10 * Math.log10(power / 32_768 ** 2))));
}
