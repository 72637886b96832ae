import { createHash } from 'node:crypto';
import type { MediaDeps } from '../actions/deps.ts';
import { manifestKey, mixedAudioKey, segmentPrefix } from '../domain/blob-keys.ts';
import { SAMPLE_BYTES, SAMPLES_PER_MS, SEGMENT_SAMPLES, type Recording } from '../domain/recording.ts';
import { readSegment } from './read-segment.ts';

const SEGMENT_BYTES = SEGMENT_SAMPLES * SAMPLE_BYTES;

/** The one file of a recording. */
export interface WholeFile {
  readonly bytes: number;
  readonly sha256: string;
  readonly missingSamples: number;
}

/**
 * The file that an earlier release made of a recording before it was stopped: it is whole, or it is not there. Undefined where it
 * made none.
 */
export async function adoptFile(
  { blobs }: Pick<MediaDeps, 'blobs'>,
  recording: Recording,
): Promise<WholeFile | undefined> {
  const { botId } = recording;
  if (!(await blobs.head(mixedAudioKey(botId)))) return undefined;
  const hash = createHash('sha256');
  const { stream, size } = await blobs.get(mixedAudioKey(botId));
  for await (const chunk of stream) hash.update(chunk as Uint8Array);
  // It removed segments only once the manifest was there.
  const manifest = await readSegment(blobs, manifestKey(botId));
  const missingSamples = manifest ? missingIn(manifest) : await missingAmong(blobs, recording);
  return { bytes: size, sha256: hash.digest('hex'), missingSamples };
}

function missingIn(manifest: Buffer): number {
  const { missing_ms: missingMs = 0 } = JSON.parse(manifest.toString('utf8')) as { missing_ms?: number };
  return Math.round(missingMs * SAMPLES_PER_MS);
}

/** Samples of a recording that its segments do not have. */
async function missingAmong(blobs: MediaDeps['blobs'], { botId, durableSamples }: Recording): Promise<number> {
  let stored = 0;
  for await (const { size } of blobs.list(segmentPrefix(botId))) stored += Math.min(size, SEGMENT_BYTES);
  return Math.max(0, durableSamples - Math.floor(stored / SAMPLE_BYTES));
}
