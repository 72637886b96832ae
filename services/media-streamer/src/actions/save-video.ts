import type { BotId } from '@earshot/kernel';
import type { VideoSegment, VideoTrack } from '../domain/video-track.ts';
import type { MediaDeps } from './deps.ts';

/** What was stored of a visit's video since it was written down last. */
export interface StoredVideo {
  readonly botId: BotId;
  readonly owner: string;
  readonly epoch: number;
  readonly durableSequence: number;
  readonly segments: readonly VideoSegment[];
  /** Those of which anything came, as they are with it. */
  readonly tracks: readonly VideoTrack[];
}

/**
 * Commits what was stored, as far as the visit is still this owner's. `lost`: another process or a later epoch has it, or it is finished;
 * nothing is written. `known`: it was committed before, by a try whose answer was lost.
 */
export async function saveVideo(
  deps: Pick<MediaDeps, 'database' | 'recordings' | 'videoStreams' | 'videoTracks' | 'videoSegments' | 'clock'>,
  { botId, owner, epoch, durableSequence, segments, tracks }: StoredVideo,
): Promise<'saved' | 'known' | 'lost'> {
  const { database, recordings, videoStreams, videoTracks, videoSegments, clock } = deps;
  return database.transaction(async (tx) => {
    const recording = await recordings.lock(tx, botId);
    const stream = await videoStreams.find(tx, botId);
    if (!recording || recording.state === 'erased' || !stream || stream.isFinished) return 'lost';
    if (stream.owner !== owner || stream.epoch !== epoch) return 'lost';
    const [first] = segments;
    if (first && first.index < (await videoSegments.next(tx, botId))) return 'known';
    await videoSegments.add(tx, botId, segments);
    await videoTracks.save(tx, botId, tracks);
    await videoStreams.save(tx, { ...stream, durableSequence }, { now: clock.now() });
    return 'saved';
  });
}
