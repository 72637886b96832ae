import type { BlobStore } from '@earshot/blobs';
import { AppError, type BotId } from '@earshot/kernel';
import type { MediaDeps } from '../actions/deps.ts';
import { wavBytes, type Span } from '../domain/artifact-part.ts';
import { mixedAudioKey } from '../domain/blob-keys.ts';
import type { DecodedParts } from './decoded-parts.ts';
import { readWav, WAV_TYPE } from './read-wav.ts';

/** An artifact as its readers see it, however it is stored. */
export interface ArtifactContent {
  readonly totalBytes: number;
  readonly contentType: string;
  readonly read: (span: Span) => AsyncIterable<Uint8Array>;
}

/** A blob's. Throws `not-found`. */
export async function blobContent(blobs: BlobStore, key: string): Promise<ArtifactContent> {
  const about = await blobs.head(key);
  if (!about) throw new AppError('not-found', 'no such artifact');
  return { totalBytes: about.size, contentType: about.contentType, read: (span) => readBlob(blobs, key, span) };
}

type RecordedDeps = Pick<MediaDeps, 'recordings' | 'parts' | 'blobs'> & {
  readonly decodedParts?: DecodedParts | undefined;
};

/** A finished recording's: one WAV, of parts, or the one file that an earlier release made. Throws `not-found`. */
export async function recordedContent(
  { recordings, parts, blobs, decodedParts: decoded }: RecordedDeps,
  botId: BotId,
): Promise<ArtifactContent> {
  const [recording, stored] = await Promise.all([recordings.find(botId), parts.list(botId)]);
  if (recording?.state !== 'ready') throw new AppError('not-found', 'no such artifact');
  if (stored.length === 0) return blobContent(blobs, mixedAudioKey(botId));
  const recorded = { botId, durableSamples: recording.durableSamples, parts: stored };
  return {
    totalBytes: wavBytes(recording.durableSamples),
    contentType: WAV_TYPE,
    read: (span) => readWav({ blobs, decoded }, recorded, span),
  };
}

async function* readBlob(blobs: BlobStore, key: string, span: Span): AsyncGenerator<Uint8Array> {
  const { stream } = await blobs.get(key, span);
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } finally {
    stream.destroy();
  }
}
