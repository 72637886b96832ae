import { createHash, randomUUID } from 'node:crypto';
import { AppError, type BotId } from '@earshot/kernel';
import type { Artifact, StoredArtifact } from '../domain/artifact.ts';
import { artifactBlobKey } from '../domain/blob-keys.ts';
import type { MediaDeps } from './deps.ts';

/**
 * Keeps a file that was made of a visit, and what is known of one that could not be made. Whole or not at all; one that is ready already
 * stands. Throws `not-found` for an unknown visit, `failed-precondition` once its data is erased, and what the store throws.
 */
export async function storeArtifact(
  { database, recordings, artifacts, blobs, clock }: StoreDeps,
  botId: BotId,
  { artifact, content }: { artifact: Artifact; content: AsyncIterable<Uint8Array> },
): Promise<StoredArtifact> {
  const { artifactId, state, contentType } = artifact;
  await checkKept(recordings.find(botId), botId);
  const isReady = state === 'ready';
  const hash = createHash('sha256');
  const key = isReady ? artifactBlobKey(botId, { artifactId, id: randomUUID() }) : undefined;
  const blob = key === undefined ? undefined : await blobs.put(key, hashed(content, hash), { contentType });
  const about = { bytes: blob?.size ?? 0, sha256: isReady ? hash.digest('hex') : '', createdAt: clock.now() };
  const stored: StoredArtifact = { ...artifact, ...about, key };
  try {
    const { kept, replaced } = await database.transaction(async (tx) => {
      // Whoever erases takes the same lock: what is written before is erased, and nothing is written after.
      await checkKept(recordings.lock(tx, botId), botId);
      const standing = await artifacts.find(botId, artifactId, tx);
      if (standing?.state === 'ready') return { kept: standing, replaced: key };
      await artifacts.save(tx, botId, stored);
      return { kept: stored, replaced: standing?.key };
    });
    if (replaced !== undefined) await blobs.delete([replaced]);
    return kept;
  } catch (error) {
    if (key !== undefined && error instanceof AppError && error.code === 'failed-precondition')
      await blobs.delete([key]);
    throw error;
  }
}

type StoreDeps = Pick<MediaDeps, 'database' | 'recordings' | 'artifacts' | 'blobs' | 'clock'>;

async function checkKept(finding: Promise<{ readonly state: string } | undefined>, botId: BotId): Promise<void> {
  const recording = await finding;
  if (!recording) throw new AppError('not-found', 'no such recording', { fields: { botId } });
  if (recording.state === 'erased')
    throw new AppError('failed-precondition', 'the data of this bot is erased', { fields: { botId } });
}

async function* hashed(content: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
}
