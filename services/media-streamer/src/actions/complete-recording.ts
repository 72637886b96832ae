import { nextState, type BotId } from '@earshot/kernel';
import { outcomeOf } from '../domain/recording-outcome.ts';
import { recordingTransitions } from '../domain/recording-state.ts';
import type { MediaDeps } from './deps.ts';

/** The file is whole; or there is none, because nothing was recorded. The row and the fact commit together. */
export async function completeRecording(
  {
    database,
    recordings,
    outbox,
    clock,
    nudge,
  }: Pick<MediaDeps, 'database' | 'recordings' | 'outbox' | 'clock' | 'nudge'>,
  { botId, file }: { botId: BotId; file: { bytes: number; sha256: string } | undefined },
): Promise<void> {
  const at = clock.now();
  await database.transaction(async (tx) => {
    const recording = await recordings.lock(tx, botId);
    if (recording?.state !== 'finishing') return;
    const state = nextState(recordingTransitions, recording.state, file ? 'complete' : 'miss');
    await recordings.save(tx, { ...recording, ...file, state }, { now: at });
    // Said only after the scheduler's word that the visit is over: a customer hears of the end before what was made of it.
    if (recording.endedAt !== undefined) await outbox.append(tx, [outcomeOf({ ...recording, ...file, state }, at)]);
  });
  nudge();
}
