import type { Recording } from '../domain/recording.ts';
import { admitIngest, type IngestAdmission } from '../domain/admit-ingest.ts';
import type { MediaDeps } from './deps.ts';

/** Begins a recording, or takes it over (`isResumed`). Throws `failed-precondition` when its time is over. */
export async function openRecording(
  { database, recordings, clock }: Pick<MediaDeps, 'database' | 'recordings' | 'clock'>,
  order: IngestAdmission,
): Promise<{ recording: Recording; wasOurs: boolean; isResumed: boolean }> {
  return database.transaction(async (tx) => {
    const before = await recordings.lock(tx, order.botId);
    const recording = admitIngest(before, order);
    await recordings.save(tx, recording, { now: clock.now() });
    return { recording, wasOurs: before?.owner === order.owner, isResumed: before?.state === 'recording' };
  });
}
