import { startFfmpeg, type Ffmpeg } from '../ffmpeg/start-ffmpeg.ts';
import { FragmentSplitter, type Piece } from './fragment-splitter.ts';
import { HEIGHT, RATE, TICK_MS, WIDTH } from './picture.ts';

/** Of half a second: what a fragment holds, and how long it is on its way at least. */
const FRAGMENT_TICKS = String(Math.round(RATE / 2));
/** What an encoder that is short of time may be behind; beyond, time is left out of the video, sound and all. */
const MOST_WAITING_TICKS = 2 * RATE;
export const AUDIO_RATE = 44_100;
export const AUDIO_BIT_RATE = '128k';
const VIDEO_BIT_RATE = '1500k';

const raw = ['-probesize', '32', '-analyzeduration', '0', '-thread_queue_size', '32'];
const sound = [...raw, '-f', 's16le', '-ar', '48000', '-ac', '1', '-i', 'pipe:0'];
const size = ['-s', `${WIDTH}x${HEIGHT}`, '-r', String(RATE)];
const pictures = [...raw, '-f', 'rawvideo', '-pix_fmt', 'yuv420p', ...size, '-i', 'pipe:3'];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'main'];
const rate = ['-b:v', VIDEO_BIT_RATE, '-maxrate', VIDEO_BIT_RATE, '-bufsize', VIDEO_BIT_RATE];
const group = ['-g', FRAGMENT_TICKS, '-keyint_min', FRAGMENT_TICKS, '-sc_threshold', '0'];
const aac = ['-c:a', 'aac', '-b:a', AUDIO_BIT_RATE, '-ar', String(AUDIO_RATE)];
const mp4 = ['-f', 'mp4', '-movflags', 'frag_keyframe+empty_moov+default_base_moof', '-flush_packets', '1', 'pipe:1'];

/** A step of the video: a picture, and the samples that are heard meanwhile. */
export interface Tick {
  readonly picture: Uint8Array;
  /** 16 bit little endian at 48 kHz, mono. */
  readonly pcm: Uint8Array;
}

export interface LiveEncoderOptions {
  readonly threads: number;
  readonly onPiece: (piece: Piece) => void;
  readonly signal: AbortSignal;
}

/** Pictures and samples of one live video in, fragmented MP4 out. */
export class LiveEncoder {
  readonly #ffmpeg: Ffmpeg;
  readonly #failing = new AbortController();
  #waiting: Tick[] = [];
  #skipped = 0;
  #pumping: Promise<void> | undefined;

  constructor({ threads, onPiece, signal }: LiveEncoderOptions) {
    const all = [...sound, ...pictures, '-map', '1:v', '-map', '0:a', ...h264, '-threads', String(threads)];
    const until = AbortSignal.any([signal, this.#failing.signal]);
    this.#ffmpeg = startFfmpeg([...all, ...rate, ...group, ...aac, ...mp4], { signal: until, hasTwoInputs: true });
    const splitter = new FragmentSplitter();
    this.#ffmpeg.stdout.on('data', (chunk: Buffer) => {
      try {
        for (const piece of splitter.push(chunk)) onPiece(piece);
      } catch (error) {
        this.#failing.abort(error);
      }
    });
  }

  /** Rejects when it fails; resolves after `finish`. */
  get ended(): Promise<void> {
    return this.#ffmpeg.ended;
  }

  /** What was left out because it was short of time. */
  get skippedMs(): number {
    return this.#skipped * TICK_MS;
  }

  push(tick: Tick): void {
    this.#waiting.push(tick);
    if (this.#waiting.length > MOST_WAITING_TICKS) {
      this.#waiting.shift();
      this.#skipped++;
    }
    this.#pumping ??= this.#pump().finally(() => (this.#pumping = undefined));
  }

  /** Encodes what it has; resolves when its last fragment is out. */
  async finish(): Promise<void> {
    await this.#pumping;
    await this.#ffmpeg.finish();
  }

  async #pump(): Promise<void> {
    try {
      for (let tick = this.#waiting.shift(); tick; tick = this.#waiting.shift())
        await Promise.all([this.#ffmpeg.write(tick.pcm, 0), this.#ffmpeg.write(tick.picture, 1)]);
    } catch {
      // `ended` tells why.
      this.#waiting = [];
    }
  }
}
