import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError, SECOND } from '@earshot/kernel';
import { cacheFolder } from './cache-folder.ts';

/** A WAV file on disk and how long it plays. */
export interface SpeechFile {
  path: string;
  durationMs: number;
}

const run = promisify(execFile);
// The voice that PocketSphinx recognises nearly word for word.
const voice = 'slt';

/** Speaks a text into a 16 kHz mono WAV, once: the file is kept by the text's hash. Needs the Debian package `flite`. */
export async function speechFile(text: string): Promise<SpeechFile> {
  const hash = createHash('sha256').update(`${voice}\n${text}`).digest('hex').slice(0, 24);
  const path = join(cacheFolder, 'speech', `${hash}.wav`);
  const isKnown = await access(path).then(
    () => true,
    () => false,
  );
  if (!isKnown) await speak(text, path);
  return { path, durationMs: await wavDurationMs(path) };
}

async function speak(text: string, path: string): Promise<void> {
  await mkdir(join(cacheFolder, 'speech'), { recursive: true });
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    await run('flite', ['-voice', voice, '-t', text, '-o', draft]);
  } catch (error) {
    throw new AppError('unavailable', 'flite cannot speak; is the Debian package installed?', { cause: error });
  }
  await rename(draft, path);
}

/** How long a PCM WAV file plays, from its headers. Throws `invalid-argument` for anything else. */
async function wavDurationMs(path: string): Promise<number> {
  const file = await readFile(path);
  if (file.toString('latin1', 0, 4) !== 'RIFF')
    throw new AppError('invalid-argument', 'not a WAV file', { fields: { path } });
  let bytesPerSecond = 0;
  for (let at = 12; at + 8 <= file.length;) {
    const chunk = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    if (chunk === 'fmt ') bytesPerSecond = file.readUInt32LE(at + 16);
    if (chunk === 'data' && bytesPerSecond > 0) {
      // A header written to a pipe claims more than there is.
      return (Math.min(size, file.length - at - 8) / bytesPerSecond) * SECOND;
    }
    at += 8 + size + (size % 2);
  }
  throw new AppError('invalid-argument', 'a WAV file without audio', { fields: { path } });
}
