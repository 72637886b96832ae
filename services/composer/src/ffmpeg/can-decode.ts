import { decoding } from './decoding.ts';
import { FfmpegError, runFfmpeg } from './run-ffmpeg.ts';

/** Whether a file of packets has a picture: what somebody sends in a meeting may be anything. */
export async function canDecode(
  { path, codec }: { readonly path: string; readonly codec: string },
  signal: AbortSignal,
): Promise<boolean> {
  let hasPicture = false;
  try {
    await runFfmpeg({
      args: [...decoding(codec), '-i', path, '-frames:v', '1', '-f', 'framecrc', 'pipe:1'],
      signal,
      // Lines of its header begin so.
      onLine: (line) => (hasPicture ||= line !== '' && !line.startsWith('#')),
    });
  } catch (error) {
    if (error instanceof FfmpegError) return false;
    throw error;
  }
  return hasPicture;
}
