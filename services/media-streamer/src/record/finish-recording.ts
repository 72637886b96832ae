import { createHash } from 'node:crypto';
import { wavHeader } from '@earshot/audio';
import type { BlobStore } from '@earshot/blobs';
import { AppError, MINUTE, type BotId } from '@earshot/kernel';
import { completeRecording } from '../actions/complete-recording.ts';
import type { MediaDeps } from '../actions/deps.ts';
import { manifestKey, mixedAudioKey, segmentKey, segmentPrefix } from '../domain/blob-keys.ts';
import type { StoredRecording } from '../store/recordings.ts';
import { durationMsOf, SAMPLE_BYTES, SAMPLES_PER_MS, SEGMENT_SAMPLES, type Recording } from '../domain/recording.ts';

export const WAV_TYPE = 'audio/wav';
/** A segment that is there and cannot be read is tried again for this long, counted from the end of the recording. */
const UNREADABLE_MS = 10 * MINUTE;
const SEGMENT_BYTES = SEGMENT_SAMPLES * SAMPLE_BYTES;

/**
 * Makes one file of a recording's segments, with silence for those that are gone, which are counted; of none at all, none. May be
 * broken off at any point and begun again.
 */
export async function finishRecording(deps: MediaDeps, botId: BotId): Promise<void> {
  const recording = await deps.recordings.find(botId);
  if (recording?.state !== 'finishing') return;
  const { blobs, checkStore, log } = deps;
  if (recording.durableSamples === 0) return completeRecording(deps, { botId, file: undefined });
  await checkStore();
  const { missingSamples, ...file } = await mixedFile(deps, recording);
  if (missingSamples > 0) {
    // A folder that went away meanwhile has no segments either.
    await checkStore();
    log.error('recorded audio is missing, silence stands in its place', { botId, missingSamples });
  }
  if (missingSamples >= recording.durableSamples) {
    await blobs.delete([mixedAudioKey(botId)]);
    return completeRecording(deps, { botId, file: undefined, missingSamples });
  }
  await blobs.put(manifestKey(botId), Buffer.from(manifestOf(recording, { ...file, missingSamples })), {
    contentType: 'application/json',
    ifAbsent: false,
  });
  const segments: string[] = [];
  for await (const { key } of blobs.list(segmentPrefix(botId))) segments.push(key);
  await blobs.delete(segments);
  await completeRecording(deps, { botId, file, missingSamples });
  log.info('recording ready', { botId, bytes: file.bytes, durationMs: durationMsOf(recording) });
}

interface File {
  readonly bytes: number;
  readonly sha256: string;
  readonly missingSamples: number;
}

async function mixedFile(deps: Pick<MediaDeps, 'blobs' | 'clock'>, recording: StoredRecording): Promise<File> {
  const { blobs, clock } = deps;
  const key = mixedAudioKey(recording.botId);
  const hash = createHash('sha256');
  const isPatient = clock.now() - recording.updatedAt < UNREADABLE_MS;
  const reading: Reading = { isPatient, missingSamples: 0 };
  try {
    const { size } = await blobs.put(key, hashed(wavOf(blobs, recording, reading), hash), { contentType: WAV_TYPE });
    return { bytes: size, sha256: hash.digest('hex'), missingSamples: reading.missingSamples };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'already-exists') throw error;
    return readFile(blobs, recording);
  }
}

/** The file was there whole before the process that wrote it was killed: a blob is whole, or is not there. */
async function readFile(blobs: BlobStore, recording: Recording): Promise<File> {
  const { botId } = recording;
  const hash = createHash('sha256');
  const { stream, size } = await blobs.get(mixedAudioKey(botId));
  for await (const chunk of stream) hash.update(chunk as Uint8Array);
  // Segments go only once the manifest is there.
  const manifest = await readSegment(blobs, manifestKey(botId));
  const missingSamples = manifest ? missingIn(manifest) : await missingAmong(blobs, recording);
  return { bytes: size, sha256: hash.digest('hex'), missingSamples };
}

function missingIn(manifest: Buffer): number {
  const { missing_ms: missingMs = 0 } = JSON.parse(manifest.toString('utf8')) as { missing_ms?: number };
  return Math.round(missingMs * SAMPLES_PER_MS);
}

/** Samples of a recording that its segments do not have. */
async function missingAmong(blobs: BlobStore, { botId, durableSamples }: Recording): Promise<number> {
  let stored = 0;
  for await (const { size } of blobs.list(segmentPrefix(botId))) stored += Math.min(size, SEGMENT_BYTES);
  return Math.max(0, durableSamples - Math.floor(stored / SAMPLE_BYTES));
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

/** How segments are read, and what was found missing. */
interface Reading {
  /** Whether what cannot be read is left for a later try. */
  readonly isPatient: boolean;
  missingSamples: number;
}

async function* wavOf(
  blobs: BlobStore,
  { botId, durableSamples }: Recording,
  reading: Reading,
): AsyncGenerator<Uint8Array> {
  const bytes = durableSamples * SAMPLE_BYTES;
  yield wavHeader({ sampleRate: SAMPLES_PER_MS * 1000, channels: 1, bytes });
  for (let index = 0; index * SEGMENT_BYTES < bytes; index++) {
    const length = Math.min(SEGMENT_BYTES, bytes - index * SEGMENT_BYTES);
    const segment = await readSegment(blobs, segmentKey(botId, index)).catch((error: unknown) => {
      if (reading.isPatient) throw error;
      return undefined;
    });
    const body = segment?.subarray(0, length) ?? Buffer.alloc(0);
    yield body;
    if (body.length === length) continue;
    reading.missingSamples += (length - body.length) / SAMPLE_BYTES;
    yield Buffer.alloc(length - body.length);
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
    missing_ms: file.missingSamples / SAMPLES_PER_MS,
    files: [mixed],
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
