import { nextState, type BotId } from '@earshot/kernel';
import { recordingTransitions } from '../domain/recording-state.ts';
import type { MediaDeps } from './deps.ts';
import { outcomeFacts } from './settle-video.ts';

export interface Completion {
  readonly botId: BotId;
  /** Undefined when there is nothing to make one of. */
  readonly file: { readonly bytes: number; readonly sha256: string } | undefined;
  /** Samples of the file at which silence stands for what was recorded and is not there any more. */
  readonly missingSamples?: number;
}

/** The file is whole; or there is none. The row and the fact commit together. */
export async function completeRecording(
  deps: Parameters<typeof outcomeFacts>[0] & Pick<MediaDeps, 'database' | 'recordings' | 'outbox' | 'clock' | 'wake'>,
  { botId, file, missingSamples: unstored = 0 }: Completion,
): Promise<void> {
  const { database, recordings, outbox, clock, wake } = deps;
  const at = clock.now();
  await database.transaction(async (tx) => {
    const recording = await recordings.lock(tx, botId);
    if (recording?.state !== 'finishing') return;
    const state = nextState(recordingTransitions, recording.state, file ? 'complete' : 'miss');
    const missingSamples = Math.min(recording.missingSamples + unstored, recording.durableSamples);
    // What waited for the store and was stored in the end is no trouble any more.
    const storeTrouble = unstored > 0 ? recording.storeTrouble : undefined;
    const completed = { ...recording, ...file, missingSamples, storeTrouble, state };
    await recordings.save(tx, completed, { now: at });
    // Published only after the scheduler's fact that the visit is over: a customer receives the end before its recording.
    if (recording.endedAt === undefined) return;
    await outbox.append(tx, await outcomeFacts(deps, tx, { recording: completed, at }));
  });
  wake();
}
