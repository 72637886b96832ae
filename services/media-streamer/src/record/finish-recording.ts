import { createHash } from 'node:crypto';
import { wavHeader } from '@earshot/audio';
import type { BlobStore } from '@earshot/blobs';
import { AppError, type BotId, type Log } from '@earshot/kernel';
import { completeRecording } from '../actions/complete-recording.ts';
import type { MediaDeps } from '../actions/deps.ts';
import { manifestKey, mixedAudioKey, segmentKey, segmentPrefix } from '../domain/blob-keys.ts';
import { durationMsOf, SAMPLE_BYTES, SAMPLES_PER_MS, SEGMENT_SAMPLES, type Recording } from '../domain/recording.ts';

export const WAV_TYPE = 'audio/wav';
const SEGMENT_BYTES = SEGMENT_SAMPLES * SAMPLE_BYTES;

/** Makes one file of a recording's segments. May be broken off at any point and begun again. */
export async function finishRecording(deps: MediaDeps, botId: BotId): Promise<void> {
  const recording = await deps.recordings.find(botId);
  if (recording?.state !== 'finishing') return;
  const { blobs, log } = deps;
  if (recording.durableSamples === 0) return completeRecording(deps, { botId, file: undefined });
  const file = await mixedFile(blobs, recording, log);
  await blobs.put(manifestKey(botId), Buffer.from(manifestOf(recording, file)), {
    contentType: 'application/json',
    ifAbsent: false,
  });
  const segments: string[] = [];
  for await (const { key } of blobs.list(segmentPrefix(botId))) segments.push(key);
  await blobs.delete(segments);
  await completeRecording(deps, { botId, file });
  log.info('recording ready', { botId, bytes: file.bytes, durationMs: durationMsOf(recording) });
}

interface File {
  readonly bytes: number;
  readonly sha256: string;
}

async function mixedFile(blobs: BlobStore, recording: Recording, log: Log): Promise<File> {
  const key = mixedAudioKey(recording.botId);
  const hash = createHash('sha256');
  try {
    const { size } = await blobs.put(key, hashed(wavOf(blobs, recording, log), hash), { contentType: WAV_TYPE });
    return { bytes: size, sha256: hash.digest('hex') };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'already-exists') throw error;
    return readFile(blobs, key);
  }
}

/** The file was there whole before the process that wrote it was killed: a blob is whole, or is not there. */
async function readFile(blobs: BlobStore, key: string): Promise<File> {
  const hash = createHash('sha256');
  const { stream, size } = await blobs.get(key);
  for await (const chunk of stream) hash.update(chunk as Uint8Array);
  return { bytes: size, sha256: hash.digest('hex') };
}

async function* hashed(
  body: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
}

async function* wavOf(blobs: BlobStore, { botId, durableSamples }: Recording, log: Log): AsyncGenerator<Uint8Array> {
  const bytes = durableSamples * SAMPLE_BYTES;
  yield wavHeader({ sampleRate: SAMPLES_PER_MS * 1000, channels: 1, bytes });
  for (let index = 0; index * SEGMENT_BYTES < bytes; index++) {
    const length = Math.min(SEGMENT_BYTES, bytes - index * SEGMENT_BYTES);
    const segment = await readSegment(blobs, segmentKey(botId, index));
    if (!segment) log.error('a segment is missing, silence stands in its place', { botId, index });
    const body = segment?.subarray(0, length) ?? Buffer.alloc(length);
    yield body;
    if (body.length < length) yield Buffer.alloc(length - body.length);
  }
}

/** A segment's bytes; undefined when it is not there. */
export async function readSegment(blobs: BlobStore, key: string): Promise<Buffer | undefined> {
  try {
    const { stream } = await blobs.get(key);
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return undefined;
    throw error;
  }
}

function manifestOf(recording: Recording, file: File): string {
  const { botId, startedAt } = recording;
  const mixed = { key: mixedAudioKey(botId), content_type: WAV_TYPE, bytes: file.bytes, sha256: file.sha256 };
  const manifest = {
    bot_id: botId,
    started_at: new Date(startedAt).toISOString(),
    duration_ms: durationMsOf(recording),
    files: [mixed],
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
