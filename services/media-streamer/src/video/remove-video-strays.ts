import type { BotId } from '@earshot/kernel';
import type { MediaDeps } from '../actions/deps.ts';
import { videoPrefix } from '../domain/blob-keys.ts';

/** Removes what was stored of a visit's finished video and never committed: of processes that were killed in between. */
export async function removeVideoStrays(
  { blobs, videoSegments, checkStore }: Pick<MediaDeps, 'blobs' | 'videoSegments' | 'checkStore'>,
  botId: BotId,
): Promise<void> {
  await checkStore();
  const known = new Set((await videoSegments.list(botId)).map(({ key }) => key));
  const strays: string[] = [];
  for await (const { key } of blobs.list(videoPrefix(botId))) if (!known.has(key)) strays.push(key);
  await blobs.delete(strays);
}
