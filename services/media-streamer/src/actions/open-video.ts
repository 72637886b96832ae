import { admitVideo, type VideoStream } from '../domain/video-stream.ts';
import type { VideoTrack } from '../domain/video-track.ts';
import type { MediaDeps } from './deps.ts';

/** A visit's video as it goes on. */
export interface OpenedVideo {
  readonly stream: VideoStream;
  /** Whether the process that asks wrote it last. */
  readonly wasOurs: boolean;
  /** Where the zero of the epoch's meeting clock lies on the timeline, in milliseconds. */
  readonly shiftMs: number;
  /** With which the ids of the epoch's tracks begin. */
  readonly idPrefix: string;
  readonly tracks: readonly VideoTrack[];
  readonly nextIndex: number;
}

/** Takes over a visit's video. Throws as `admitVideo` does. */
export async function openVideo(
  deps: Pick<MediaDeps, 'database' | 'recordings' | 'videoStreams' | 'videoTracks' | 'videoSegments' | 'clock'>,
  order: Pick<VideoStream, 'botId' | 'epoch' | 'owner'>,
): Promise<OpenedVideo> {
  const { database, recordings, videoStreams, videoTracks, videoSegments, clock } = deps;
  const { botId, owner } = order;
  return database.transaction(async (tx) => {
    const recording = await recordings.lock(tx, botId);
    const before = await videoStreams.find(tx, botId);
    const stream = admitVideo({ recording, stream: before }, order);
    await videoStreams.save(tx, stream, { now: clock.now() });
    const { shiftMs = 0, idPrefix = '' } = recording ?? {};
    const tracks = await videoTracks.list(botId, tx);
    const nextIndex = await videoSegments.next(tx, botId);
    return { stream, wasOurs: before?.owner === owner, shiftMs, idPrefix, tracks, nextIndex };
  });
}
