import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { downmix } from '../audio/decode.ts';
import { Resampler } from '../audio/resample.ts';
import { decodeWav } from '../audio/wav.ts';

/** What OpenAI's voices are made at, and its raw PCM comes in. */
export const voiceRate = 24_000;

/** The voice that the recogniser hears best: see `sentences`. */
const voice = 'slt';

/**
 * Speaks a text, 24 kHz mono, one sentence after the other, each as soon as it is made. `speed` as in OpenAI's call: 2 is twice
 * as fast. Needs the Debian package `flite`.
 */
export async function* synthesise(text: string, { speed = 1 }: { speed?: number } = {}): AsyncGenerator<Int16Array> {
  for (const sentence of sentencesOf(text)) yield await synthesiseSentence(sentence, speed);
}

/** A text at its full stops, question marks and exclamation marks. */
export function sentencesOf(text: string): string[] {
  return (text.match(/[^.!?]+[.!?]*/g) ?? []).map((sentence) => sentence.trim()).filter((sentence) => sentence !== '');
}

async function synthesiseSentence(sentence: string, speed: number): Promise<Int16Array> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-voice-'));
  try {
    const file = join(folder, 'sentence.wav');
    const tempo = ['--setf', `duration_stretch=${1 / speed}`];
    await promisify(execFile)('flite', ['-voice', voice, ...tempo, '-t', sentence, '-o', file]);
    const audio = decodeWav(await readFile(file));
    if (!audio) throw new Error('flite made no WAV file');
    return toVoiceRate(downmix(audio.channels), audio.sampleRate);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function toVoiceRate(samples: Int16Array, from: number): Int16Array {
  const resampler = new Resampler({ from, to: voiceRate });
  const [body, tail] = [resampler.push(samples), resampler.flush()];
  const whole = new Int16Array(body.length + tail.length);
  whole.set(body);
  whole.set(tail, body.length);
  return whole;
}
