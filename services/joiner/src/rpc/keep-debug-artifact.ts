import { Artifact, type MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { swallow, type Log, type AssignmentRef } from '@earshot/kernel';
import type { RpcClient } from '@earshot/rpc';
import type { DebugArtifact } from '../domain/debug-artifact.ts';
import type { AssignmentTokens } from './assignment-tokens.ts';

/** Sends a debug artifact. What cannot be kept within the call's five seconds is dropped. */
export async function keepDebugArtifact(
  {
    media,
    tokens,
    log,
  }: { media: Pick<RpcClient<typeof MediaServiceService>, 'keepDebugArtifact'>; tokens: AssignmentTokens; log: Log },
  { botId, epoch }: AssignmentRef,
  { reason, at, screenshot, page }: DebugArtifact,
): Promise<void> {
  const assignmentToken = tokens.of({ botId, epoch });
  const keep = (artifact: Artifact, content: Uint8Array | undefined) =>
    content?.byteLength &&
    media
      .keepDebugArtifact({
        ...{ botId, attempt: epoch, artifact, reason, takenAt: new Date(at), assignmentToken },
        content: Buffer.from(content.buffer, content.byteOffset, content.byteLength),
      })
      .catch((error: unknown) => swallow(log, error, 'a bot ends without it as well'));
  await Promise.all([keep(Artifact.SCREENSHOT, screenshot), keep(Artifact.PAGE, Buffer.from(page))]);
}
