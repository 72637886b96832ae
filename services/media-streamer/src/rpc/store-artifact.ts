import type { ArtifactInfo, StoreArtifactRequest } from '@earshot/contract/media/v1/artifacts.ts';
import { AppError, isUuid, type BotId } from '@earshot/kernel';
import type { MediaDeps } from '../actions/deps.ts';
import { storeArtifact } from '../actions/store-artifact.ts';
import { fromArtifactMessage, toArtifactMessage } from './artifact-words.ts';

/** First what it is, then its bytes. Throws `invalid-argument` for any other order. */
export async function* storeStreamedArtifact(
  deps: Parameters<typeof storeArtifact>[0] & Pick<MediaDeps, 'log'>,
  requests: AsyncIterable<StoreArtifactRequest>,
): AsyncGenerator<ArtifactInfo> {
  const reading = requests[Symbol.asyncIterator]();
  const first = await reading.next();
  const head = first.done ? undefined : first.value.message;
  if (head?.$case !== 'artifact') throw new AppError('invalid-argument', 'the stream begins with the artifact');
  if (!isUuid(head.value.botId))
    throw new AppError('not-found', 'no such bot', { fields: { botId: head.value.botId } });
  const botId = head.value.botId as BotId;
  const artifact = fromArtifactMessage(head.value);
  const stored = await storeArtifact(deps, botId, { artifact, content: chunksOf(reading) });
  deps.log.info('artifact stored', { botId, artifactId: stored.artifactId, state: stored.state, bytes: stored.bytes });
  yield toArtifactMessage(botId, stored);
}

async function* chunksOf(reading: AsyncIterator<StoreArtifactRequest>): AsyncGenerator<Uint8Array> {
  for (let next = await reading.next(); !next.done; next = await reading.next()) {
    const { message } = next.value;
    if (message?.$case !== 'chunk') throw new AppError('invalid-argument', 'an artifact is followed by its bytes');
    yield message.value;
  }
}
