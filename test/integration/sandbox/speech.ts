import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Speech {
  /** 16 kHz mono, as a WAV file. */
  wav: Buffer;
  /** The same, without its header. */
  pcm: Int16Array;
}

/** Says a sentence in flite's slt voice. */
export async function speak(text: string): Promise<Speech> {
  const directory = await mkdtemp(join(tmpdir(), 'earshot-speech-'));
  try {
    const file = join(directory, 'speech.wav');
    await promisify(execFile)('flite', ['-voice', 'slt', '-t', text, '-o', file]);
    const wav = await readFile(file);
    const body = wav.subarray(wav.indexOf('data') + 8);
    return { wav, pcm: new Int16Array(new Uint8Array(body).buffer, 0, Math.floor(body.length / 2)) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export function* inChunks(pcm: Int16Array, samples: number): Generator<Int16Array> {
  for (let at = 0; at < pcm.length; at += samples) yield pcm.slice(at, at + samples);
}

export function silence(ms: number, sampleRate = 16_000): Int16Array {
  return new Int16Array((ms * sampleRate) / 1000);
}
