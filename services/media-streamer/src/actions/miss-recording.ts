import { nextState, type BotId } from '@earshot/kernel';
import { recordingTransitions } from '../domain/recording-state.ts';
import type { MediaDeps } from './deps.ts';

/** No joiner sent what was awaited: publishes once that there is no recording. */
export async function missRecording(
  {
    database,
    recordings,
    outbox,
    clock,
    wake,
  }: Pick<MediaDeps, 'database' | 'recordings' | 'outbox' | 'clock' | 'wake'>,
  botId: BotId,
): Promise<void> {
  const at = clock.now();
  await database.transaction(async (tx) => {
    const recording = await recordings.lock(tx, botId);
    if (recording?.state !== 'awaited') return;
    const state = nextState(recordingTransitions, recording.state, 'miss');
    await recordings.save(tx, { ...recording, state }, { now: at });
    await outbox.append(tx, [{ kind: 'recording-missing', botId, at, detail: 'nothing was recorded' }]);
  });
  wake();
}
