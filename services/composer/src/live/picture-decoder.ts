import { decoder } from '../ffmpeg/decoding.ts';
import { startFfmpeg, type Ffmpeg } from '../ffmpeg/start-ffmpeg.ts';
import { ivfFrame, ivfHeader, type VideoTrackCodec } from './ivf.ts';
import { HEIGHT, PICTURE_BYTES, WIDTH } from './picture.ts';

/** What waits for a decoder that is short of time; beyond, frames are dropped up to the next key frame. */
const MOST_WAITING_BYTES = 1024 * 1024;

const fit = [
  `scale=${WIDTH}:${HEIGHT}:force_original_aspect_ratio=decrease:flags=fast_bilinear`,
  `pad=${WIDTH}:${HEIGHT}:(ow-iw)/2:(oh-ih)/2`,
  'format=yuv420p',
].join(',');
/** Nothing is read ahead of the first frame. */
const atOnce = ['-flags', 'low_delay', '-fpsprobesize', '0', '-probesize', '32', '-analyzeduration', '0'];
const output = ['-vf', fit, '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'];

export interface PictureDecoderOptions {
  readonly codec: VideoTrackCodec;
  /** As it is decoded; in the size of the live video. */
  readonly onPicture: (picture: Uint8Array) => void;
  /** It is gone without having been asked to. */
  readonly onFailure: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** One track's frames in, pictures out. */
export class PictureDecoder implements Disposable {
  readonly codec: VideoTrackCodec;
  readonly #ffmpeg: Ffmpeg;
  readonly #stopping = new AbortController();
  #picture = Buffer.allocUnsafe(PICTURE_BYTES);
  #filled = 0;

  constructor({ codec, onPicture, onFailure, signal }: PictureDecoderOptions) {
    this.codec = codec;
    const until = AbortSignal.any([signal, this.#stopping.signal]);
    const input = [...atOnce, ...decoder(codec), '-f', 'ivf', '-i', 'pipe:0'];
    this.#ffmpeg = startFfmpeg([...input, ...output], { signal: until });
    this.#ffmpeg.stdout.on('data', (chunk: Buffer) => this.#take(chunk, onPicture));
    this.#ffmpeg.ended.catch((error: unknown) => {
      if (!until.aborted) onFailure(error);
    });
    this.#ffmpeg.inputs[0]?.write(ivfHeader(codec));
  }

  /** Answers false where it was dropped. */
  decode(payload: Uint8Array, atMs: number): boolean {
    const [input] = this.#ffmpeg.inputs;
    if (!input || input.writableLength > MOST_WAITING_BYTES) return false;
    input.write(ivfFrame(payload, atMs));
    return true;
  }

  [Symbol.dispose](): void {
    this.#stopping.abort();
  }

  #take(chunk: Buffer, onPicture: (picture: Uint8Array) => void): void {
    for (let at = 0; at < chunk.length;) {
      const count = Math.min(chunk.length - at, PICTURE_BYTES - this.#filled);
      chunk.copy(this.#picture, this.#filled, at, at + count);
      [this.#filled, at] = [this.#filled + count, at + count];
      if (this.#filled < PICTURE_BYTES) return;
      onPicture(this.#picture);
      // Whoever has it may keep it.
      this.#picture = Buffer.allocUnsafe(PICTURE_BYTES);
      this.#filled = 0;
    }
  }
}
