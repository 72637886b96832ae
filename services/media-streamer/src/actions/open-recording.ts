import type { Recording } from '../domain/recording.ts';
import { admitIngest, type IngestAdmission } from '../domain/admit-ingest.ts';
import { announceVideo } from '../domain/video-stream.ts';
import type { MediaDeps } from './deps.ts';

/** Begins a recording, or takes it over (`isResumed`), and announces its video. Throws `failed-precondition` when its time is over. */
export async function openRecording(
  { database, recordings, videoStreams, clock }: Pick<MediaDeps, 'database' | 'recordings' | 'videoStreams' | 'clock'>,
  { hasVideo, ...order }: IngestAdmission & { readonly hasVideo: boolean },
): Promise<{ recording: Recording; wasOurs: boolean; isResumed: boolean }> {
  return database.transaction(async (tx) => {
    const before = await recordings.lock(tx, order.botId);
    const recording = admitIngest(before, order);
    await recordings.save(tx, recording, { now: clock.now() });
    const stream = hasVideo ? await videoStreams.find(tx, order.botId) : undefined;
    const announced = hasVideo ? announceVideo(stream, order) : undefined;
    if (announced && announced !== stream) await videoStreams.save(tx, announced, { now: clock.now() });
    return { recording, wasOurs: before?.owner === order.owner, isResumed: before?.state === 'recording' };
  });
}
