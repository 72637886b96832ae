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

/** First the sizes, then the bytes. `length` 0 means to the end. Throws `invalid-argument` for an offset behind it. */
export async function* readBlob(
  blobs: BlobStore,
  key: string,
  { offset = 0, length = 0 }: { offset?: number; length?: number } = {},
): AsyncGenerator<ReadArtifactResponse> {
  const end = length > 0 ? offset + length - 1 : undefined;
  const range = offset > 0 || end !== undefined ? { start: offset, ...(end === undefined ? {} : { end }) } : {};
  const { size, contentType, stream } = await blobs.get(key, range);
  try {
    yield { totalBytes: size, contentType, chunk: Buffer.alloc(0) };
    for await (const chunk of stream) yield { totalBytes: 0, contentType: '', chunk: chunk as Buffer };
  } finally {
    stream.destroy();
  }
}
