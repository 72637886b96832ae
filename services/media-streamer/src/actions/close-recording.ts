import { nextState, type BotId } from '@earshot/kernel';
import { recordingTransitions } from '../domain/recording-state.ts';
import type { MediaDeps } from './deps.ts';

/** No more audio will come. `durableSamples` when more is stored than was noted. Idempotent. */
export async function closeRecording(
  { database, recordings, clock }: Pick<MediaDeps, 'database' | 'recordings' | 'clock'>,
  { botId, durableSamples = 0 }: { botId: BotId; durableSamples?: number },
): Promise<void> {
  await database.transaction(async (tx) => {
    const recording = await recordings.lock(tx, botId);
    if (recording?.state !== 'recording') return;
    const state = nextState(recordingTransitions, recording.state, 'close');
    // What was not stored by then is missing, also where the process that held it is gone.
    const samples = Math.max(recording.durableSamples, durableSamples, recording.endSamples ?? 0);
    await recordings.save(tx, { ...recording, state, durableSamples: samples }, { now: clock.now() });
  });
}
