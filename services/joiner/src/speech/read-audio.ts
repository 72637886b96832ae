import { decodeOggOpus, parseWav, WorkTurns } from '@earshot/audio';
import { AppError, SECOND } from '@earshot/kernel';
import { MAX_QUEUED_MS, VOICE_RATE } from '../domain/bot-voice.ts';
import { bytesPerSecond, PcmStream, type PcmFormat } from './pcm-stream.ts';

/** Hz that may be given. */
export const LEAST_RATE = 8000;
export const MOST_RATE = 48_000;
const MOST_CHANNELS = 2;
/** Of one sound: all that the queue holds in the largest form, and what a file has around it. */
export const MAX_AUDIO_BYTES =
  (MAX_QUEUED_MS / SECOND) * bytesPerSecond({ sampleRate: MOST_RATE, channels: MOST_CHANNELS }) + 64 * 1024;

/** In what form a sound is given. */
export type AudioForm =
  { readonly container: 'wav' } | { readonly container: 'ogg-opus' } | ({ readonly container: 'raw' } & PcmFormat);

/**
 * A whole sound as what a voice takes. The rest of the process goes on meanwhile. Throws `invalid-argument`, naming what is wrong with it,
 * and `resource-exhausted` for one that is longer than the queue.
 */
export async function readAudio(form: AudioForm, bytes: Uint8Array): Promise<Int16Array> {
  const pcm = form.container === 'ogg-opus' ? await readOgg(bytes) : await readPcm(form, bytes);
  if (pcm.length === 0) throw new AppError('invalid-argument', 'the audio is empty');
  return pcm;
}

const tooLong = () => new AppError('resource-exhausted', `the audio is longer than ${MAX_QUEUED_MS / SECOND} s`);

async function readOgg(bytes: Uint8Array): Promise<Int16Array> {
  try {
    return await decodeOggOpus(bytes, { maxMs: MAX_QUEUED_MS });
  } catch (error) {
    if (error instanceof AppError && error.code === 'resource-exhausted') throw tooLong();
    throw named(error);
  }
}

async function readPcm(form: Exclude<AudioForm, { container: 'ogg-opus' }>, bytes: Uint8Array): Promise<Int16Array> {
  const { data, ...format } = form.container === 'wav' ? readWav(bytes) : { ...form, data: bytes };
  checkFormat(format);
  if (data.length > (MAX_QUEUED_MS / SECOND) * bytesPerSecond(format)) throw tooLong();
  const stream = new PcmStream(format);
  const turns = new WorkTurns();
  const step = bytesPerSecond(format) / 4;
  const pieces: Int16Array[] = [];
  for (let at = 0; at < data.length; at += step) {
    await turns.next();
    pieces.push(stream.push(data.subarray(at, at + step)));
  }
  pieces.push(stream.flush());
  // What the filter adds behind the end of a whole minute is no reason to refuse it.
  return joined(pieces).subarray(0, (MAX_QUEUED_MS / SECOND) * VOICE_RATE);
}

function readWav(bytes: Uint8Array): PcmFormat & { readonly data: Uint8Array } {
  try {
    const { pcm, sampleRate, channels } = parseWav(bytes);
    return { sampleRate, channels, data: new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength) };
  } catch (error) {
    throw named(error);
  }
}

/** Throws `invalid-argument` for what no voice is made of. */
export function checkFormat({ sampleRate, channels }: PcmFormat): void {
  if (!Number.isInteger(sampleRate) || sampleRate < LEAST_RATE || sampleRate > MOST_RATE)
    throw new AppError('invalid-argument', `the sample rate must be ${LEAST_RATE} to ${MOST_RATE} Hz`);
  if (channels !== 1 && channels !== MOST_CHANNELS)
    throw new AppError('invalid-argument', 'the audio must have one channel or two');
}

function named(error: unknown): AppError {
  const { code, message } = AppError.from(error);
  return new AppError(code, `the audio cannot be read: ${message}`, { cause: error });
}

function joined(pieces: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
