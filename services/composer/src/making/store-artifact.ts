import { createReadStream } from 'node:fs';
import { ArtifactInfo, ArtifactState, type ArtifactKind } from '@earshot/contract/media/v1/artifacts.ts';
import { AppError, HOUR } from '@earshot/kernel';
import type { MediaClient } from './maker.ts';

/** Bytes of one message. */
const CHUNK_BYTES = 256 * 1024;

/** What is told of an artifact; what the media-streamer finds out itself is left to it. */
export type ArtifactToStore = Partial<Omit<ArtifactInfo, 'kind' | 'state' | 'botId' | 'artifactId'>> & {
  readonly botId: string;
  readonly artifactId: string;
  readonly kind: ArtifactKind;
};

/** Hands a whole file to the media-streamer, which keeps it; answers what is kept. Throws what the media-streamer throws. */
export async function storeArtifact(
  media: Pick<MediaClient, 'storeArtifact'>,
  { path, artifact }: { path: string; artifact: ArtifactToStore },
  signal: AbortSignal,
): Promise<ArtifactInfo> {
  const info = ArtifactInfo.fromPartial({ ...artifact, state: ArtifactState.READY });
  async function* messages() {
    yield { message: { $case: 'artifact' as const, value: info } };
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, signal }))
      yield { message: { $case: 'chunk' as const, value: chunk as Buffer } };
  }
  for await (const kept of media.storeArtifact(messages(), { signal, timeoutMs: HOUR })) return kept;
  throw new AppError('unavailable', 'the media-streamer did not say what it keeps');
}
