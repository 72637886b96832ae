import type { MediaDeps } from '../actions/deps.ts';
import type { ArtifactPart } from '../domain/artifact-part.ts';
import { manifestKey, mixedAudioKey } from '../domain/blob-keys.ts';
import { durationMsOf, SAMPLES_PER_MS, type Recording } from '../domain/recording.ts';
import { AppError } from '@earshot/kernel';
import type { WholeFile } from './adopt-file.ts';
import { WAV_TYPE } from './read-wav.ts';

/**
 * Writes what the database has of a recording's parts beside them, for whoever has the blob store alone. A full one goes without:
 * nothing here reads it.
 */
export async function putManifest(
  { blobs, log }: Pick<MediaDeps, 'blobs' | 'log'>,
  recording: Recording,
  { file, parts }: { file: WholeFile; parts: readonly ArtifactPart[] },
): Promise<void> {
  const { botId } = recording;
  const content = Buffer.from(manifestOf(recording, { file, parts }));
  try {
    await blobs.put(manifestKey(botId), content, { contentType: 'application/json', ifAbsent: false });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'resource-exhausted') throw error;
    log.warn('there is no room for a manifest', { botId });
  }
}

function manifestOf(
  recording: Recording,
  { file, parts }: { file: WholeFile; parts: readonly ArtifactPart[] },
): string {
  const { botId, startedAt } = recording;
  const where = parts.length === 0 ? { key: mixedAudioKey(botId) } : { parts: parts.map(entryOf) };
  const mixed = { artifact: 'mixed-audio', content_type: WAV_TYPE, bytes: file.bytes, sha256: file.sha256, ...where };
  const manifest = {
    bot_id: botId,
    started_at: new Date(startedAt).toISOString(),
    duration_ms: durationMsOf(recording),
    missing_ms: file.missingSamples / SAMPLES_PER_MS,
    files: [mixed],
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** A part without a key lies in its segments. */
function entryOf({ missingSamples, key, ...part }: ArtifactPart) {
  return { ...part, key: key ?? null, missing_samples: missingSamples };
}
