import { createHash } from 'node:crypto';
import type { BotId } from '@earshot/kernel';
import { completeRecording } from '../actions/complete-recording.ts';
import type { MediaDeps } from '../actions/deps.ts';
import { wavBytes, type ArtifactPart } from '../domain/artifact-part.ts';
import { mixedAudioKey } from '../domain/blob-keys.ts';
import { durationMsOf } from '../domain/recording.ts';
import type { StoredRecording } from '../store/recordings.ts';
import { adoptFile, type WholeFile } from './adopt-file.ts';
import { putManifest } from './manifest.ts';
import { readWav } from './read-wav.ts';
import { removeStrays, storeParts } from './store-parts.ts';

export type FinishDeps = Pick<
  MediaDeps,
  | 'database'
  | 'recordings'
  | 'participants'
  | 'parts'
  | 'videoStreams'
  | 'videoTracks'
  | 'outbox'
  | 'blobs'
  | 'checkStore'
  | 'clock'
  | 'log'
  | 'wake'
>;

/**
 * Makes a recording of its segments, where they lie, with silence for those that are gone, which are counted; of none at all, none. It
 * needs the room of one part, and none where there is none. May be broken off at any point and begun again.
 */
export async function finishRecording(deps: FinishDeps, botId: BotId): Promise<void> {
  const recording = await deps.recordings.find(botId);
  if (recording?.state !== 'finishing') return;
  const { blobs, checkStore, log } = deps;
  if (recording.durableSamples === 0) return completeRecording(deps, { botId, file: undefined });
  await checkStore();
  const whole = await adoptFile(deps, recording);
  const parts = whole ? [] : await storeParts(deps, recording);
  if (!parts) return;
  const file = whole ?? (await checkedFile(deps, recording, parts));
  const { missingSamples } = file;
  if (missingSamples > 0) {
    // A folder that went away meanwhile has no segments either.
    await checkStore();
    log.error('recorded audio is missing, silence stands in its place', { botId, missingSamples });
  }
  if (missingSamples >= recording.durableSamples) {
    await blobs.delete([mixedAudioKey(botId)]);
    return completeRecording(deps, { botId, file: undefined, missingSamples });
  }
  await putManifest(deps, recording, { file, parts });
  await completeRecording(deps, { botId, file, missingSamples });
  // From here on nobody adds a part.
  await removeStrays(deps, botId, parts);
  log.info('recording ready', { botId, bytes: file.bytes, durationMs: durationMsOf(recording) });
}

/** Reads what was stored once more, as whoever asks for it will. */
async function checkedFile(
  { blobs }: Pick<MediaDeps, 'blobs'>,
  { botId, durableSamples }: StoredRecording,
  parts: readonly ArtifactPart[],
): Promise<WholeFile> {
  const bytes = wavBytes(durableSamples);
  const hash = createHash('sha256');
  for await (const chunk of readWav({ blobs }, { botId, durableSamples, parts }, { start: 0, end: bytes - 1 })) {
    hash.update(chunk);
  }
  const missingSamples = parts.reduce((sum, part) => sum + part.missingSamples, 0);
  return { bytes, sha256: hash.digest('hex'), missingSamples };
}
