import type { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import type { IngestVideoStart, KeyFrameRequest } from '@earshot/contract/media/v1/video.ts';
import { MINUTE, SECOND, type Clock, type Log } from '@earshot/kernel';
import type { RpcClient } from '@earshot/rpc';
import type { VideoBatch } from '../domain/video-batch.ts';
import { VideoReplayBuffer } from '../domain/video-replay-buffer.ts';
import { openReplayedStream, type ReplayedStream } from './replayed-stream.ts';
import { toVideoBatch } from './video-mapping.ts';

const KEPT = { maxMs: MINUTE, maxBytes: 32 * 1024 * 1024 };
const FINISH_MS = 20 * SECOND;

export interface VideoIngestStreamDeps {
  readonly client: Pick<RpcClient<typeof MediaServiceService>, 'ingestVideo'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The media-streamer takes no video of a visit before its sound has begun. */
  readonly begun: Promise<void>;
  /** Somebody cannot decode this track before its next key frame. */
  readonly onKeyFrameRequest: (trackId: string) => void;
}

/** One bot's video on its way to the media-streamer, apart from all else: its sound never waits for it. */
export interface VideoIngestStream extends Omit<ReplayedStream, 'wake'> {
  push(batch: VideoBatch): void;
  /** How many frames were dropped for want of room. */
  readonly droppedFrames: number;
}

export function openVideoIngestStream(deps: VideoIngestStreamDeps, start: IngestVideoStart): VideoIngestStream {
  const { client, clock, log, begun } = deps;
  const buffer = new VideoReplayBuffer(KEPT);
  let reportedDrops = 0;
  const stream = openReplayedStream({
    ...{ clock, log, begun, what: 'video', buffer, start, toMessage: toVideoBatch, finishMs: FINISH_MS },
    call: (requests, options) => client.ingestVideo(requests, options),
    onOther: (message: { readonly $case: 'keyFrame'; readonly value: KeyFrameRequest }) =>
      deps.onKeyFrameRequest(message.value.trackId),
  });
  return {
    ...stream,
    get droppedFrames() {
      return buffer.droppedFrames;
    },
    push(batch) {
      buffer.push(batch);
      if (buffer.droppedFrames >= reportedDrops + 1000) {
        reportedDrops = buffer.droppedFrames;
        log.warn('video dropped while the media-streamer was away', { frames: reportedDrops });
      }
      stream.wake();
    },
  };
}
