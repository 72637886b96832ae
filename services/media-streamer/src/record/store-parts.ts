import { createHash, randomUUID } from 'node:crypto';
import { encodeFlac } from '@earshot/audio';
import { AppError, MINUTE, type BotId } from '@earshot/kernel';
import { addPart } from '../actions/add-part.ts';
import type { MediaDeps } from '../actions/deps.ts';
import { PART_SAMPLES, PART_SEGMENTS, type ArtifactPart } from '../domain/artifact-part.ts';
import { partKey, partsPrefix, segmentKey, segmentPrefix } from '../domain/blob-keys.ts';
import { SAMPLE_BYTES, SEGMENT_SAMPLES } from '../domain/recording.ts';
import type { StoredRecording } from '../store/recordings.ts';
import { readSegment } from './read-segment.ts';
import { padded } from './read-wav.ts';

/** A segment that is there and cannot be read is tried again for this long, counted from the end of the recording. */
const UNREADABLE_MS = 10 * MINUTE;
const SEGMENT_BYTES = SEGMENT_SAMPLES * SAMPLE_BYTES;
const TYPE = { contentType: 'audio/flac' };

type PartsDeps = Pick<MediaDeps, 'database' | 'recordings' | 'parts' | 'blobs' | 'checkStore' | 'clock'>;

/**
 * Puts the segments of each minute together to one blob, as FLAC, and removes them once that is written down: it takes the room of one part. Where
 * there is none they stay as they are, and are a part all the same. May be broken off at any point and begun again, also by two
 * processes at once: nothing is replaced, and the first that is written down stands. Undefined when somebody else has settled the recording.
 */
export async function storeParts(deps: PartsDeps, recording: StoredRecording): Promise<ArtifactPart[] | undefined> {
  const { parts, clock } = deps;
  const { botId, durableSamples, updatedAt } = recording;
  const known = new Map((await parts.list(botId)).map((part) => [part.index, part]));
  const isPatient = clock.now() - updatedAt < UNREADABLE_MS;
  const stored: ArtifactPart[] = [];
  let hasRoom = true;
  for (let index = 0; index * PART_SAMPLES < durableSamples; index++) {
    const place = { botId, index, samples: Math.min(PART_SAMPLES, durableSamples - index * PART_SAMPLES) };
    const part: ArtifactPart | undefined =
      (await standing(deps, place, known.get(index))) ??
      (await addedPart(deps, await makePart(deps, place, { isPatient, hasRoom }), botId));
    if (!part) return undefined;
    hasRoom &&= part.key !== undefined || part.missingSamples === part.samples;
    if (part.key !== undefined) await deps.blobs.delete(segmentKeys(place));
    stored.push(part);
  }
  return stored;
}

/** Removes segments that are in no part, and parts that were written for nothing: of tries that were broken off. */
export async function removeStrays({ blobs }: Pick<MediaDeps, 'blobs'>, botId: BotId, parts: readonly ArtifactPart[]) {
  const needed = new Set(parts.flatMap(({ index, samples, key }) => key ?? segmentKeys({ botId, index, samples })));
  const strays: string[] = [];
  for (const prefix of [segmentPrefix(botId), partsPrefix(botId)]) {
    for await (const { key } of blobs.list(prefix)) if (!needed.has(key)) strays.push(key);
  }
  await blobs.delete(strays);
}

interface Place {
  readonly botId: BotId;
  readonly index: number;
  readonly samples: number;
}

function segmentKeys({ botId, index, samples }: Place): string[] {
  return Array.from({ length: Math.ceil(samples / SEGMENT_SAMPLES) }, (_, at) =>
    segmentKey(botId, index * PART_SEGMENTS + at),
  );
}

/** A part that is written down, as silence where its blob is gone. */
async function standing(
  { blobs, parts, checkStore }: PartsDeps,
  { botId, samples }: Place,
  part: ArtifactPart | undefined,
): Promise<ArtifactPart | undefined> {
  if (part?.key === undefined || (await blobs.head(part.key))) return part;
  await checkStore();
  await parts.lose(botId, part);
  return { ...part, key: undefined, missingSamples: samples };
}

async function addedPart(deps: PartsDeps, part: ArtifactPart, botId: BotId): Promise<ArtifactPart | undefined> {
  const added = await addPart(deps, botId, part);
  if (part.key !== undefined && added?.key !== part.key) await deps.blobs.delete([part.key]);
  return added;
}

async function makePart(
  { blobs }: Pick<MediaDeps, 'blobs'>,
  place: Place,
  { isPatient, hasRoom }: { isPatient: boolean; hasRoom: boolean },
): Promise<ArtifactPart> {
  const { botId, index, samples } = place;
  const reading = () => ({ isPatient, hash: createHash('sha256'), missingSamples: 0 });
  let read = reading();
  let key: string | undefined;
  if (hasRoom) {
    const wanted = partKey(botId, { index, id: randomUUID() });
    try {
      await blobs.put(wanted, encodeFlac(samplesOf(blobs, place, read), { samples }), TYPE);
      key = wanted;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'resource-exhausted') throw error;
    }
  }
  if (key === undefined) {
    read = reading();
    for await (const _ of samplesOf(blobs, place, read));
  }
  const { hash, missingSamples } = read;
  if (key !== undefined && missingSamples === samples) {
    await blobs.delete([key]);
    key = undefined;
  }
  return { index, samples, codec: key === undefined ? 'pcm' : 'flac', key, sha256: hash.digest('hex'), missingSamples };
}

/** How segments are read, and what was found missing. */
interface Reading {
  /** Whether what cannot be read is left for a later try. */
  readonly isPatient: boolean;
  readonly hash: ReturnType<typeof createHash>;
  missingSamples: number;
}

async function* samplesOf(blobs: MediaDeps['blobs'], place: Place, reading: Reading): AsyncGenerator<Uint8Array> {
  let left = place.samples * SAMPLE_BYTES;
  for (const key of segmentKeys(place)) {
    const bytes = Math.min(SEGMENT_BYTES, left);
    left -= bytes;
    const segment = await readSegment(blobs, key).catch((error: unknown) => {
      if (reading.isPatient) throw error;
      return undefined;
    });
    reading.missingSamples += Math.max(0, bytes - (segment?.length ?? 0)) / SAMPLE_BYTES;
    const body = padded(segment, bytes);
    reading.hash.update(body);
    yield body;
  }
}
