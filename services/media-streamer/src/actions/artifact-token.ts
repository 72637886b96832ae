import { signToken, verifyToken } from '@earshot/blobs';
import { AppError, isUuid, MINUTE, SECOND, DAY, type BotId } from '@earshot/kernel';
import { artifactKey, debugKey, mixedAudioKey } from '../domain/blob-keys.ts';
import { debugTypes, type DebugArtifact, type DebugKind } from '../domain/debug-artifact.ts';
import type { MediaDeps } from './deps.ts';
import { isArtifactId, type StoredArtifact } from '../domain/artifact.ts';
import { findArtifact, findDebugArtifacts, findFinished, type Wanted } from './find-recording.ts';

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

/** A token for one of a visit's artifacts: `<bot id>~artifact~<artifact id>.<expiry>.<signature>`. Throws what `findArtifact` throws. */
export async function signStoredArtifact(
  deps: Pick<MediaDeps, 'recordings' | 'artifacts' | 'clock' | 'artifactSecret'>,
  { botId, scope, artifactId, expiresSeconds }: Wanted & { artifactId: string; expiresSeconds: number },
): Promise<{ token: string; artifact: StoredArtifact }> {
  const artifact = await findArtifact(deps, { botId, scope }, artifactId);
  const token = tokenFor(deps, artifactKey(botId, artifactId), expiresSeconds);
  return { token: `${botId}~artifact~${artifactId}.${token}`, artifact };
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

/** What a token opens: a recording's mix, another of its artifacts, or a debug artifact's blob. */
export type OpenedToken = { readonly botId: BotId } & (
  | { readonly opens: 'mixed-audio' }
  | { readonly opens: 'artifact'; readonly artifactId: string }
  | { readonly opens: 'blob'; readonly key: string }
);

/** What a token opens. Throws `permission-denied` for one that is forged or expired. */
export function openToken(
  { clock, artifactSecret }: Pick<MediaDeps, 'clock' | 'artifactSecret'>,
  token: string,
): OpenedToken {
  const dot = token.indexOf('.');
  const named = namedBy(token.slice(0, Math.max(0, dot)));
  const signedFor = named && signedKey(named);
  const check = { secrets: [artifactSecret], nowMs: clock.now() };
  if (signedFor && verifyToken(token.slice(dot + 1), { key: signedFor, ...check }) === 'valid') return named;
  throw new AppError('permission-denied', 'the token is not valid, or not any more');
}

function signedKey(opened: OpenedToken): string {
  switch (opened.opens) {
    case 'mixed-audio':
      return mixedAudioKey(opened.botId);
    case 'artifact':
      return artifactKey(opened.botId, opened.artifactId);
    case 'blob':
      return opened.key;
  }
}

function namedBy(name: string): OpenedToken | undefined {
  const [id = '', debug, ...rest] = name.split('~');
  if (!isUuid(id)) return undefined;
  const botId = id as BotId;
  const [artifactId, ...more] = rest;
  if (debug === 'artifact' && artifactId !== undefined && more.length === 0)
    return isArtifactId(artifactId) ? { botId, opens: 'artifact', artifactId } : undefined;
  if (rest.length > 0) return undefined;
  if (debug === undefined) return { botId, opens: 'mixed-audio' };
  const [, attempt = '', kind = ''] = /^(\d{1,9})-([a-z]+)$/.exec(debug) ?? [];
  return kind in debugTypes
    ? { botId, opens: 'blob', key: debugKey(botId, { attempt: Number(attempt), kind: kind as DebugKind }) }
    : undefined;
}
