import { Artifact, type MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { swallow, type Log } from '@earshot/kernel';
import type { RpcClient } from '@earshot/rpc';
import type { Seat } from '../domain/bot.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { AssignmentTokens } from './assignment-tokens.ts';

/** Hands over what a page looked like. What cannot be kept within the call's five seconds is given up. */
export async function keepEvidence(
  {
    media,
    tokens,
    log,
  }: { media: Pick<RpcClient<typeof MediaServiceService>, 'keepDebugArtifact'>; tokens: AssignmentTokens; log: Log },
  { botId, epoch }: Seat,
  { reason, at, screenshot, page }: Evidence,
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
