import type { BotId } from '@earshot/kernel';
import type { ArtifactPart } from '../domain/artifact-part.ts';
import type { MediaDeps } from './deps.ts';

/**
 * Writes down a part of a recording that is being finished, unless somebody else has; returns the one that stands, or undefined when
 * the recording is settled.
 */
export async function addPart(
  { database, recordings, parts }: Pick<MediaDeps, 'database' | 'recordings' | 'parts'>,
  botId: BotId,
  part: ArtifactPart,
): Promise<ArtifactPart | undefined> {
  return database.transaction(async (tx) => {
    const recording = await recordings.lock(tx, botId);
    return recording?.state === 'finishing' ? parts.add(tx, botId, part) : undefined;
  });
}
