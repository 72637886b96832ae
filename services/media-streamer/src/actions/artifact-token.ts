import { signToken, verifyToken } from '@earshot/blobs';
import { AppError, isUuid, MINUTE, SECOND, DAY, type BotId } from '@earshot/kernel';
import { debugKey, mixedAudioKey } from '../domain/blob-keys.ts';
import { debugTypes, type DebugArtifact, type DebugKind } from '../domain/debug-artifact.ts';
import type { MediaDeps } from './deps.ts';
import { findDebugArtifacts, findFinished, type Wanted } from './find-recording.ts';

const USUAL_MS = 15 * MINUTE;
const LONGEST_MS = 7 * DAY;

/** A token for the finished recording: `<bot id>.<expiry>.<signature>`. Throws what `findFinished` throws. */
export async function signArtifact(
  deps: Pick<MediaDeps, 'recordings' | 'clock' | 'artifactSecret'>,
  { botId, scope, expiresSeconds }: Wanted & { expiresSeconds: number },
): Promise<{ token: string; bytes: number }> {
  const recording = await findFinished(deps, { botId, scope });
  return { token: `${botId}.${tokenFor(deps, mixedAudioKey(botId), expiresSeconds)}`, bytes: recording.bytes };
}

/** A token for what is kept of a failed attempt: `<bot id>~<attempt>-<kind>.<expiry>.<signature>`. Throws `not-found`. */
export async function signDebugArtifact(
  deps: Pick<MediaDeps, 'recordings' | 'debugArtifacts' | 'clock' | 'artifactSecret'>,
  { botId, scope, expiresSeconds, ...wanted }: Wanted & WantedAttempt & { expiresSeconds: number },
): Promise<{ token: string; bytes: number }> {
  const kept = await findDebugArtifacts(deps, { botId, scope });
  const found = kept.find(({ attempt, kind }) => attempt === wanted.attempt && kind === wanted.kind);
  if (!found) throw new AppError('not-found', 'no such artifact', { fields: { botId } });
  const token = tokenFor(deps, debugKey(botId, wanted), expiresSeconds);
  return { token: `${botId}~${wanted.attempt}-${wanted.kind}.${token}`, bytes: found.bytes };
}

type WantedAttempt = Pick<DebugArtifact, 'attempt' | 'kind'>;

function tokenFor(
  { clock, artifactSecret }: Pick<MediaDeps, 'clock' | 'artifactSecret'>,
  key: string,
  expiresSeconds: number,
): string {
  const lastsMs = Math.min(expiresSeconds * SECOND || USUAL_MS, LONGEST_MS);
  return signToken({ key, expiresAtMs: clock.now() + lastsMs }, artifactSecret);
}

/** What a token opens: a recording (`key` is undefined), or another artifact's blob. */
export interface OpenedToken {
  readonly botId: BotId;
  readonly key: string | undefined;
}

/** What a token opens. Throws `permission-denied` for one that is forged or expired. */
export function openToken(
  { clock, artifactSecret }: Pick<MediaDeps, 'clock' | 'artifactSecret'>,
  token: string,
): OpenedToken {
  const dot = token.indexOf('.');
  const named = namedBy(token.slice(0, Math.max(0, dot)));
  const signedFor = named && (named.key ?? mixedAudioKey(named.botId));
  const check = { secrets: [artifactSecret], nowMs: clock.now() };
  if (signedFor && verifyToken(token.slice(dot + 1), { key: signedFor, ...check }) === 'valid') return named;
  throw new AppError('permission-denied', 'the token is not valid, or not any more');
}

function namedBy(name: string): OpenedToken | undefined {
  const [id = '', debug, ...rest] = name.split('~');
  if (!isUuid(id) || rest.length > 0) return undefined;
  const botId = id as BotId;
  if (debug === undefined) return { botId, key: undefined };
  const [, attempt = '', kind = ''] = /^(\d{1,9})-([a-z]+)$/.exec(debug) ?? [];
  return kind in debugTypes
    ? { botId, key: debugKey(botId, { attempt: Number(attempt), kind: kind as DebugKind }) }
    : undefined;
}
