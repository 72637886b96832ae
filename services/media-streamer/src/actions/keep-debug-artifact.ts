import { AppError, type BotId } from '@earshot/kernel';
import { debugKey } from '../domain/blob-keys.ts';
import { debugTypes, MAX_DEBUG_BYTES, type DebugArtifact } from '../domain/debug-artifact.ts';
import type { MediaDeps } from './deps.ts';

/**
 * Keeps what a page looked like. Throws `invalid-argument` for nothing and for too much, `failed-precondition` when the bot's
 * data is erased.
 */
export async function keepDebugArtifact(
  {
    database,
    recordings,
    debugArtifacts,
    blobs,
  }: Pick<MediaDeps, 'database' | 'recordings' | 'debugArtifacts' | 'blobs'>,
  botId: BotId,
  { content, ...artifact }: Omit<DebugArtifact, 'bytes'> & { content: Uint8Array },
): Promise<void> {
  const bytes = content.byteLength;
  if (bytes === 0 || bytes > MAX_DEBUG_BYTES) throw new AppError('invalid-argument', 'content is empty or too large');
  await database.transaction(async (tx) => {
    // Whoever erases takes the same lock: what is written before is erased, and nothing is written after.
    const recording = await recordings.lock(tx, botId);
    if (recording?.state === 'erased') {
      throw new AppError('failed-precondition', 'the data of this bot is erased', { fields: { botId } });
    }
    const contentType = debugTypes[artifact.kind];
    await blobs.put(debugKey(botId, artifact), content, { contentType, ifAbsent: false });
    await debugArtifacts.save(tx, botId, { ...artifact, bytes });
  });
}
