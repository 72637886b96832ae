import { MIMEType } from 'node:util';
import { z } from 'zod';
import { AudioContainer, type AudioFormat } from '@earshot/contract/joiner/v1/joiner.ts';
import { BadRequest, type Problem } from './problems.ts';
import { ifWanted } from './unwanted.ts';

/** Hz and channels of what a bot can say: the joiner's bounds. */
const [LEAST_RATE, MOST_RATE, MOST_CHANNELS] = [8000, 48_000, 2];
/** A bot has a minute in its queue, at most of 48 kHz in stereo and 16 bits, and a file has a header. */
export const MOST_AUDIO_BYTES = 60 * MOST_RATE * MOST_CHANNELS * 2 + 64 * 1024;
/** Of the body in JSON, whose audio is a third larger and is read whole before anything of it is sent on. */
export const MOST_JSON_BYTES = 4 * 1024 * 1024;
/** About four minutes of speech; the joiner's bound. */
const LONGEST_TEXT = 4000;

export const audioTypes = 'audio/wav, audio/ogg (Opus), audio/opus, audio/pcm or audio/L16 (with rate and channels)';

/** In what form audio is sent to us. */
export interface AudioType {
  readonly format: AudioFormat;
  /** Its samples of 16 bits have the larger byte first. */
  readonly isBigEndian: boolean;
}

const containers: Readonly<Record<string, AudioContainer>> = {
  'audio/wav': AudioContainer.WAV,
  'audio/x-wav': AudioContainer.WAV,
  'audio/wave': AudioContainer.WAV,
  'audio/vnd.wave': AudioContainer.WAV,
  'audio/ogg': AudioContainer.OGG_OPUS,
  'application/ogg': AudioContainer.OGG_OPUS,
  'audio/opus': AudioContainer.OGG_OPUS,
  'audio/pcm': AudioContainer.RAW,
  // Network byte order: https://www.rfc-editor.org/rfc/rfc2586
  'audio/l16': AudioContainer.RAW,
};

/** The form that a Content-Type names; undefined for one that is not taken. Throws `BadRequest` for a rate or channels that are not. */
export function audioTypeOf(contentType: string): AudioType | undefined {
  const { essence, params } = parsed(contentType) ?? {};
  const container = essence === undefined ? undefined : containers[essence];
  const codecs = params?.get('codecs')?.toLowerCase() ?? 'opus';
  if (!params || !container || (container === AudioContainer.OGG_OPUS && codecs !== 'opus')) return undefined;
  if (container !== AudioContainer.RAW)
    return { format: { container, sampleRate: 0, channels: 0 }, isBigEndian: false };
  const sampleRate = wholeNumber(params.get('rate') ?? '');
  const channels = wholeNumber(params.get('channels') ?? '1');
  const problems: Problem[] = [
    ...(sampleRate >= LEAST_RATE && sampleRate <= MOST_RATE
      ? []
      : [
          {
            field: 'Content-Type',
            message: `must have a rate of ${LEAST_RATE} to ${MOST_RATE}: ${essence};rate=48000`,
          },
        ]),
    ...(channels === 1 || channels === MOST_CHANNELS
      ? []
      : [{ field: 'Content-Type', message: 'must have 1 or 2 channels' }]),
  ];
  if (problems.length > 0) throw new BadRequest(problems);
  return { format: { container, sampleRate, channels }, isBigEndian: essence === 'audio/l16' };
}

function parsed(contentType: string): MIMEType | undefined {
  try {
    return new MIMEType(contentType);
  } catch {
    return undefined;
  }
}

function wholeNumber(text: string): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : NaN;
}

const base64 = z.string().transform((text, context) => {
  const bytes = Buffer.from(text, 'base64');
  // The decoder skips what it does not know.
  const isWhole = bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  if (isWhole && bytes.length > 0) return bytes;
  context.addIssue({
    code: 'custom',
    message: bytes.length > 0 || text !== '' ? 'must be base64' : 'must not be empty',
  });
  return z.NEVER;
});

const contentType = z.string().transform((text, context) => {
  try {
    const type = audioTypeOf(text);
    if (type) return type;
    context.addIssue({ code: 'custom', message: `must be ${audioTypes}` });
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    for (const { message } of error.problems) context.addIssue({ code: 'custom', message });
  }
  return z.NEVER;
});

/** What a bot is to say, in JSON: a text, or audio, WAV unless told. */
export const speakBody = z
  .strictObject({
    text: ifWanted(z.string().trim().min(1).max(LONGEST_TEXT).optional()),
    audio: ifWanted(base64.optional()),
    content_type: ifWanted(contentType.optional()),
  })
  .superRefine(({ text, audio, content_type: type }, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (text === undefined && audio === undefined) refuse([], 'needs a text or audio');
    if (text !== undefined && audio !== undefined) refuse(['text'], 'cannot be given beside audio');
    if (text !== undefined && type) refuse(['content_type'], 'is about audio');
  });
