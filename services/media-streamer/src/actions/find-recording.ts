import { AppError, checkWithin, type BotId, type Scope } from '@earshot/kernel';
import type { StoredArtifact } from '../domain/artifact.ts';
import type { DebugArtifact } from '../domain/debug-artifact.ts';
import type { Recording } from '../domain/recording.ts';
import { existing } from '../store/recordings.ts';
import type { MediaDeps } from './deps.ts';

/** Which bot's, and for whom. */
export interface Wanted {
  readonly botId: BotId;
  readonly scope: Scope;
}

/** A recording that has audio, or has none since it could not be stored. Throws `not-found` when there is none, or no longer; `permission-denied` beyond the scope. */
export async function findRecording(
  { recordings }: Pick<MediaDeps, 'recordings'>,
  { botId, scope }: Wanted,
): Promise<Recording> {
  const recording = existing(await recordings.find(botId), botId);
  // Of one that could not be stored it is said why.
  const hasAudio =
    ['recording', 'finishing', 'ready'].includes(recording.state) || recording.storeTrouble !== undefined;
  const found = existing(hasAudio ? recording : undefined, botId);
  checkWithin(scope, found.accountId, 'the recording');
  return found;
}

/** A finished recording. Throws `not-found`, and `failed-precondition` before it is finished. */
export async function findFinished(deps: Pick<MediaDeps, 'recordings'>, { botId, scope }: Wanted): Promise<Recording> {
  const recording = await findRecording(deps, { botId, scope });
  if (recording.state === 'ready') return recording;
  if (recording.state === 'failed') existing(undefined, botId);
  throw new AppError('failed-precondition', 'the recording is not finished', { fields: { botId } });
}

/** What is kept of attempts to join a bot's meeting. Throws `permission-denied` where its recording is beyond the scope. */
export async function findDebugArtifacts(
  { recordings, debugArtifacts }: Pick<MediaDeps, 'recordings' | 'debugArtifacts'>,
  { botId, scope }: Wanted,
): Promise<DebugArtifact[]> {
  const recording = await recordings.find(botId);
  const kept = await debugArtifacts.list(botId);
  if (recording && kept.length > 0) checkWithin(scope, recording.accountId, 'the bot');
  return kept;
}

/** What came of a visit beside its mix, pending ones included. Throws `permission-denied` beyond the scope. */
export async function findArtifacts(
  { recordings, artifacts }: Pick<MediaDeps, 'recordings' | 'artifacts'>,
  { botId, scope }: Wanted,
): Promise<StoredArtifact[]> {
  const recording = await recordings.find(botId);
  if (!recording) return [];
  checkWithin(scope, recording.accountId, 'the recording');
  return artifacts.list(botId);
}

/** One that is ready. Throws `not-found` for an unknown one, `permission-denied` beyond the scope, `failed-precondition` before it is ready. */
export async function findArtifact(
  deps: Pick<MediaDeps, 'recordings' | 'artifacts'>,
  wanted: Wanted,
  artifactId: string,
): Promise<StoredArtifact & { readonly key: string }> {
  const found = (await findArtifacts(deps, wanted)).find((artifact) => artifact.artifactId === artifactId);
  const fields = { botId: wanted.botId, artifactId };
  if (!found) throw new AppError('not-found', 'no such artifact', { fields });
  const { state, key } = found;
  if (state === 'ready' && key !== undefined) return { ...found, key };
  throw new AppError('failed-precondition', 'the artifact is not ready', { fields: { ...fields, state } });
}
