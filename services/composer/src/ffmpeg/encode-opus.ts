import { startFfmpeg } from './start-ffmpeg.ts';

export interface OpusEncoderOptions {
  readonly path: string;
  readonly container: 'webm' | 'ogg';
  /** Bits a second. */
  readonly bitRate: number;
}

/** Takes mono s16le at 48 kHz. */
export interface OpusEncoder extends AsyncDisposable {
  /** Resolves when there is room for more. */
  write(pcm: Uint8Array): Promise<void>;
  /** Resolves when the file is whole. */
  finish(): Promise<void>;
}

/** Encodes into a file, with libopus. Fails as ffmpeg does. */
export function startOpusEncoder({ path, container, bitRate }: OpusEncoderOptions, signal: AbortSignal): OpusEncoder {
  const input = ['-f', 's16le', '-ar', '48000', '-ac', '1', '-i', 'pipe:0'];
  const output = ['-c:a', 'libopus', '-b:a', String(bitRate), '-f', container, '-y', path];
  const ffmpeg = startFfmpeg([...input, ...output], { signal });
  return {
    write: (pcm) => ffmpeg.write(pcm),
    finish: () => ffmpeg.finish(),
    async [Symbol.asyncDispose]() {
      ffmpeg.kill();
      await ffmpeg.ended.catch(() => {});
    },
  };
}
