import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOnly, runFfmpeg } from './run-ffmpeg.ts';

/** Encodes the sound of a video; the file is there when it is whole. */
export async function encodeSound(
  wav: AsyncIterable<Uint8Array>,
  { path, scratch, signal }: { path: string; scratch: string; signal: AbortSignal },
): Promise<void> {
  const unfinished = join(scratch, 'sound.m4a');
  const encoding = ['-vn', '-c:a', 'aac', '-b:a', '128k', '-ar', '48000', '-threads', '1'];
  await runFfmpeg({ args: [...readOnly, '-f', 'wav', '-i', 'pipe:0', ...encoding, unfinished], signal, input: wav });
  await rename(unfinished, path);
}

/** Puts pieces and sound into one file that plays while it is fetched, as they are. */
export async function joinPieces(
  pieces: readonly string[],
  { sound, path, scratch, signal }: { sound: string; path: string; scratch: string; signal: AbortSignal },
): Promise<void> {
  const list = join(scratch, 'pieces.ffconcat');
  await writeFile(list, ['ffconcat version 1.0', ...pieces.map((piece) => `file ${quoted(piece)}`)].join('\n'));
  const inputs = [...readOnly, '-f', 'concat', '-safe', '0', '-i', list, ...readOnly, '-i', sound];
  const output = ['-map', '0:v', '-map', '1:a', '-c', 'copy', '-movflags', '+faststart', path];
  await runFfmpeg({ args: [...inputs, ...output], signal });
}

/** https://ffmpeg.org/ffmpeg-utils.html#Quoting-and-escaping */
function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
