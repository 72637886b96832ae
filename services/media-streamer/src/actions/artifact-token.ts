import { signToken, verifyToken } from '@earshot/blobs';
import { AppError, isUuid, MINUTE, SECOND, DAY, type BotId } from '@earshot/kernel';
import { mixedAudioKey } from '../domain/blob-keys.ts';
import type { MediaDeps } from './deps.ts';
import { findFinished } from './find-recording.ts';

const USUAL_MS = 15 * MINUTE;
const LONGEST_MS = 7 * DAY;

/** A token for the finished recording: `<bot id>.<expiry>.<signature>`. Throws what `findFinished` throws. */
export async function signArtifact(
  deps: Pick<MediaDeps, 'recordings' | 'clock' | 'artifactSecret'>,
  { botId, expiresSeconds }: { botId: BotId; expiresSeconds: number },
): Promise<{ token: string; bytes: number }> {
  const { recording, key } = await findFinished(deps, botId);
  const lastsMs = Math.min(expiresSeconds * SECOND || USUAL_MS, LONGEST_MS);
  const token = signToken({ key, expiresAtMs: deps.clock.now() + lastsMs }, deps.artifactSecret);
  return { token: `${botId}.${token}`, bytes: recording.bytes };
}

/** The key a token opens. Throws `permission-denied` for one that is forged or expired. */
export function openToken(
  { clock, artifactSecret }: Pick<MediaDeps, 'clock' | 'artifactSecret'>,
  token: string,
): string {
  const dot = token.indexOf('.');
  const botId = token.slice(0, Math.max(0, dot));
  const key = mixedAudioKey(botId as BotId);
  const check = { key, secrets: [artifactSecret], nowMs: clock.now() };
  if (isUuid(botId) && verifyToken(token.slice(dot + 1), check) === 'valid') return key;
  throw new AppError('permission-denied', 'the token is not valid, or not any more');
}
