import { AppError, type BotId } from '@earshot/kernel';
import { mixedAudioKey } from '../domain/blob-keys.ts';
import type { Recording } from '../domain/recording.ts';
import { existing } from '../store/recordings.ts';
import type { MediaDeps } from './deps.ts';

/** A recording there is something of. Throws `not-found` when there is not, or no longer. */
export async function findRecording({ recordings }: Pick<MediaDeps, 'recordings'>, botId: BotId): Promise<Recording> {
  const recording = existing(await recordings.find(botId), botId);
  const hasAudio = ['recording', 'finishing', 'ready'].includes(recording.state);
  return existing(hasAudio ? recording : undefined, botId);
}

/** A finished recording and its file's key. Throws `not-found`, and `failed-precondition` before it is finished. */
export async function findFinished(
  deps: Pick<MediaDeps, 'recordings'>,
  botId: BotId,
): Promise<{ recording: Recording; key: string }> {
  const recording = await findRecording(deps, botId);
  if (recording.state === 'ready') return { recording, key: mixedAudioKey(botId) };
  throw new AppError('failed-precondition', 'the recording is not finished', { fields: { botId } });
}
