import type { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import type { Clock, Log } from '@earshot/kernel';
import type { RpcClient } from '@earshot/rpc';
import type { Assignment } from '../domain/bot.ts';
import type { IngestBatch } from '../domain/ingest-batch.ts';
import type { VideoBatch } from '../domain/video-batch.ts';
import { openIngestStream } from './ingest-stream.ts';
import { toIngestStart } from './mapping.ts';
import { openVideoIngestStream, type VideoIngestStream } from './video-ingest-stream.ts';
import { toVideoStart } from './video-mapping.ts';

export interface VisitIngestDeps {
  readonly client: Pick<RpcClient<typeof MediaServiceService>, 'ingest' | 'ingestVideo'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly token: string;
}

export interface VisitIngestOptions {
  /** The zero of the meeting clock, milliseconds since 1970. */
  readonly startedAt: number;
  /** Called once, when the media-streamer has begun to take the visit. */
  readonly onRecording: () => void;
  /** Somebody cannot decode this track before its next key frame. */
  readonly onKeyFrameRequest: (trackId: string) => void;
}

/** All that a bot's page gives, on its way to the media-streamer by two streams: sound never waits for video. */
export interface VisitIngest {
  push(batch: IngestBatch): void;
  /** Dropped where the visit takes no video. */
  pushVideo(batch: VideoBatch): void;
  /** No more will come. Sound has its own time, and video 20 seconds then; answers whether the recording is known to be finished. */
  finish(clockMs: number): Promise<boolean>;
  /** Lets go: what was sent stays unfinished, for a later visit to go on. Sends what is left, for `graceMs` at most. */
  revoke(graceMs?: number): Promise<void>;
}

export function openVisitIngest(
  { token, ...deps }: VisitIngestDeps,
  assignment: Assignment,
  { startedAt, onRecording, onKeyFrameRequest }: VisitIngestOptions,
): VisitIngest {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const audio = openIngestStream(
    {
      ...deps,
      onRecording() {
        begin();
        onRecording();
      },
    },
    toIngestStart(assignment, { startedAt, token }),
  );
  const video: VideoIngestStream | undefined = assignment.visit.takesVideo
    ? openVideoIngestStream({ ...deps, begun, onKeyFrameRequest }, toVideoStart(assignment, token))
    : undefined;
  return {
    push: (batch) => audio.push(batch),
    pushVideo: (batch) => video?.push(batch),
    async finish(clockMs) {
      const isFinished = await audio.finish(clockMs);
      await video?.finish(clockMs);
      if (video) deps.log.info('video handed in', { droppedFrames: video.droppedFrames });
      return isFinished;
    },
    async revoke(graceMs) {
      await Promise.all([audio.revoke(graceMs), video?.revoke(graceMs)]);
    },
  };
}
