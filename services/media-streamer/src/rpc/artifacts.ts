import {
  Artifact,
  type DebugArtifact as DebugArtifactMessage,
  type ReadArtifactResponse,
} from '@earshot/contract/media/v1/media.ts';
import type { BlobStore } from '@earshot/blobs';
import { AppError } from '@earshot/kernel';
import type { DebugArtifact, DebugKind } from '../domain/debug-artifact.ts';

const debugKinds: Readonly<Partial<Record<Artifact, DebugKind>>> = {
  [Artifact.SCREENSHOT]: 'screenshot',
  [Artifact.PAGE]: 'page',
};

/** The only artifact a recording has. Throws `invalid-argument` for any other. */
export function checkArtifact(artifact: Artifact): void {
  if (artifact !== Artifact.MIXED_AUDIO) throw new AppError('invalid-argument', 'no such artifact');
}

/** What is kept of attempts to join; undefined for what a recording has. */
export function debugKindOf(artifact: Artifact): DebugKind | undefined {
  return debugKinds[artifact];
}

export function toDebugArtifactMessage({ kind, takenAt, ...artifact }: DebugArtifact): DebugArtifactMessage {
  const artifactOf = { screenshot: Artifact.SCREENSHOT, page: Artifact.PAGE } as const;
  return { ...artifact, artifact: artifactOf[kind], takenAt: new Date(takenAt) };
}

/**
 * First the sizes, then the bytes. `length` 0 means to the end; `suffixLength` so many bytes at the end in place of the others.
 * Where there are no such bytes the sizes are all there is. Throws `not-found`.
 */
export async function* readBlob(
  blobs: BlobStore,
  key: string,
  { offset = 0, length = 0, suffixLength = 0 }: { offset?: number; length?: number; suffixLength?: number } = {},
): AsyncGenerator<ReadArtifactResponse> {
  const about = await blobs.head(key);
  if (!about) throw new AppError('not-found', 'no such artifact');
  const start = suffixLength > 0 ? Math.max(0, about.size - suffixLength) : offset;
  if (start >= about.size) {
    yield { totalBytes: about.size, contentType: about.contentType, chunk: Buffer.alloc(0) };
    return;
  }
  const { size, contentType, stream } = await blobs.get(key, {
    start,
    ...(suffixLength === 0 && length > 0 ? { end: start + length - 1 } : {}),
  });
  try {
    yield { totalBytes: size, contentType, chunk: Buffer.alloc(0) };
    for await (const chunk of stream) yield { totalBytes: 0, contentType: '', chunk: chunk as Buffer };
  } finally {
    stream.destroy();
  }
}
