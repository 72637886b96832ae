import type {
  IngestVideoFinish,
  IngestVideoRequest,
  IngestVideoResponse,
  IngestVideoStart,
  VideoBatch,
} from '@earshot/contract/media/v1/video.ts';
import { AsyncQueue } from '@earshot/kernel';
import type { CallContext } from '@earshot/rpc';
import type { VideoPeer } from '../video/video-peer.ts';
import type { VideoSession } from '../video/video-session.ts';
import type { VideoSessions } from '../video/video-sessions.ts';
import { checkAssigned, type IngestDeps } from './ingest.ts';
import { fromVideoBatch, fromVideoStart } from './video-words.ts';
import { peerOf, serveVisit } from './visit-stream.ts';

export interface IngestVideoDeps extends IngestDeps {
  readonly videos: VideoSessions;
}

/** One stream of one visit's video: batches in; acknowledgements, and requests for key frames, out. */
export function ingestVideo(
  deps: IngestVideoDeps,
  requests: AsyncIterable<IngestVideoRequest>,
  call: CallContext,
): AsyncGenerator<IngestVideoResponse> {
  const down = new AsyncQueue<IngestVideoResponse>();
  const peer: VideoPeer = {
    ...peerOf(down),
    requestKeyFrame: (trackId) => void down.push({ message: { $case: 'keyFrame', value: { trackId } } }),
  };
  return serveVisit<IngestVideoStart, VideoBatch, IngestVideoFinish, VideoPeer, VideoSession, IngestVideoResponse>({
    ...{ requests, call, down, peer },
    async open(start) {
      checkAssigned(deps, start, start.assignmentToken);
      return deps.videos.open(fromVideoStart(start));
    },
    accept: (session, batch) => session.accept(peer, fromVideoBatch(batch)),
    finish: (session) => deps.videos.finish(session),
  });
}
