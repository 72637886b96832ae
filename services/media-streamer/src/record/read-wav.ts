import { createHash } from 'node:crypto';
import { decodeFlac, wavHeader } from '@earshot/audio';
import type { BlobStore } from '@earshot/blobs';
import { AppError, type BotId } from '@earshot/kernel';
import { segmentKey } from '../domain/blob-keys.ts';
import { locateInWav, PART_SEGMENTS, type ArtifactPart, type Span } from '../domain/artifact-part.ts';
import { SAMPLE_BYTES, SAMPLES_PER_MS, SEGMENT_SAMPLES } from '../domain/recording.ts';
import type { DecodedParts } from './decoded-parts.ts';
import { readSegment } from './read-segment.ts';

export const WAV_TYPE = 'audio/wav';
const SEGMENT_BYTES = SEGMENT_SAMPLES * SAMPLE_BYTES;
/** As a file is read. */
const CHUNK_BYTES = 64 * 1024;

/** A finished recording that lies in parts. */
export interface RecordedParts {
  readonly botId: BotId;
  readonly durableSamples: number;
  readonly parts: readonly ArtifactPart[];
}

/** Where parts are read, and where those that were decoded lately are kept: absent, each is read anew. */
export interface WavSource {
  readonly blobs: BlobStore;
  readonly decoded?: DecodedParts | undefined;
}

/** The 44 bytes before a recording's samples. */
function headerOf({ durableSamples }: { durableSamples: number }): Uint8Array {
  return wavHeader({ sampleRate: SAMPLES_PER_MS * 1000, channels: 1, bytes: durableSamples * SAMPLE_BYTES });
}

/**
 * Bytes of a recording as the one WAV that it is to whoever reads it. Throws `internal`, with the part's key, where one is not whole, or
 * is not what it was when it was made.
 */
export async function* readWav(source: WavSource, recorded: RecordedParts, span: Span): AsyncGenerator<Uint8Array> {
  const { header, parts } = locateInWav(recorded.durableSamples, span);
  if (header) yield headerOf(recorded).subarray(header.start, header.end + 1);
  for (const { index, ...within } of parts) {
    const part = recorded.parts[index];
    if (part?.index !== index) {
      throw new AppError('internal', 'a part of a recording is unknown', { fields: { botId: recorded.botId, index } });
    }
    yield* part.key === undefined
      ? readSegments(source.blobs, { ...part, botId: recorded.botId }, within)
      : readers[part.codec](source, { ...part, key: part.key }, within);
  }
}

type KeptPart = ArtifactPart & { readonly key: string };

const readers = { pcm: readPcm, flac: readFlac } satisfies Record<ArtifactPart['codec'], unknown>;

/** As parts were stored before they were FLAC. */
async function* readPcm({ blobs }: WavSource, { key, samples }: KeptPart, span: Span): AsyncGenerator<Uint8Array> {
  const { stream, size } = await blobs.get(key, span);
  try {
    if (size !== samples * SAMPLE_BYTES) throw new AppError('internal', 'a part is not whole', { fields: { key } });
    for await (const chunk of stream) yield chunk as Uint8Array;
  } finally {
    stream.destroy();
  }
}

/** Nothing of it leaves before all of it is known to be right. */
async function* readFlac(
  { blobs, decoded }: WavSource,
  part: KeptPart,
  { start, end }: Span,
): AsyncGenerator<Uint8Array> {
  const decode = () => decodePart(blobs, part);
  const pcm = await (decoded ? decoded.get(part.key, decode) : decode());
  for (let at = start; at <= end; at += CHUNK_BYTES) yield pcm.subarray(at, Math.min(at + CHUNK_BYTES, end + 1));
}

async function decodePart(blobs: BlobStore, part: KeptPart): Promise<Buffer> {
  const { key } = part;
  const file = await readSegment(blobs, key);
  if (!file) throw new AppError('not-found', 'no such blob', { fields: { key } });
  try {
    return await samplesOf(file, part);
  } catch (error) {
    throw new AppError('internal', 'a part is damaged', { fields: { key }, cause: error });
  }
}

async function samplesOf(file: Uint8Array, { sha256 }: KeptPart): Promise<Buffer> {
  const hash = createHash('sha256');
  const frames: Uint8Array[] = [];
  for await (const frame of decodeFlac(file)) {
    hash.update(frame);
    frames.push(frame);
  }
  if (hash.digest('hex') !== sha256) throw new AppError('internal', 'other samples than were stored');
  return Buffer.concat(frames);
}

async function* readSegments(
  blobs: BlobStore,
  { botId, index, samples }: Pick<ArtifactPart, 'index' | 'samples'> & { readonly botId: BotId },
  { start, end }: Span,
): AsyncGenerator<Uint8Array> {
  const last = Math.min(end, samples * SAMPLE_BYTES - 1);
  for (let at = Math.floor(start / SEGMENT_BYTES); at * SEGMENT_BYTES <= last; at++) {
    const first = at * SEGMENT_BYTES;
    const segment = await readSegment(blobs, segmentKey(botId, index * PART_SEGMENTS + at));
    yield padded(segment, Math.min(SEGMENT_BYTES, last + 1 - first)).subarray(Math.max(0, start - first));
  }
}

/** As many bytes of a segment, with silence in the place of those that are not there. */
export function padded(segment: Buffer | undefined, bytes: number): Buffer {
  const body = segment?.subarray(0, bytes) ?? Buffer.alloc(0);
  return body.length === bytes ? body : Buffer.concat([body, Buffer.alloc(bytes - body.length)]);
}
