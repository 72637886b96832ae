import {
  Artifact,
  type DebugArtifact as DebugArtifactMessage,
  type ReadArtifactResponse,
} from '@earshot/contract/media/v1/media.ts';
import { AppError } from '@earshot/kernel';
import type { DebugArtifact, DebugKind } from '../domain/debug-artifact.ts';
import type { ArtifactContent } from '../record/artifact-content.ts';

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
 * Where there are no such bytes the sizes are all there is.
 */
export async function* readContent(
  { totalBytes, contentType, read }: ArtifactContent,
  { offset = 0, length = 0, suffixLength = 0 }: { offset?: number; length?: number; suffixLength?: number } = {},
): AsyncGenerator<ReadArtifactResponse> {
  const start = suffixLength > 0 ? Math.max(0, totalBytes - suffixLength) : offset;
  const end = suffixLength === 0 && length > 0 ? Math.min(totalBytes, start + length) - 1 : totalBytes - 1;
  yield { totalBytes, contentType, chunk: Buffer.alloc(0) };
  if (start >= totalBytes) return;
  for await (const chunk of read({ start, end })) {
    yield { totalBytes: 0, contentType: '', chunk: Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) };
  }
}
