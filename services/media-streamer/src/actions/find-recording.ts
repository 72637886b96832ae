import { AppError, checkWithin, type BotId, type Scope } from '@earshot/kernel';
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
