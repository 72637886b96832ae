import type { IngestVideoRequest, IngestVideoResponse } from '@earshot/contract/media/v1/video.ts';
import { AppError, assertNever, AsyncQueue } from '@earshot/kernel';
import type { CallContext } from '@earshot/rpc';
import type { VideoPeer } from '../video/video-peer.ts';
import type { VideoSession } from '../video/video-session.ts';
import type { VideoSessions } from '../video/video-sessions.ts';
import { checkAssigned, readAll, type IngestDeps } from './ingest.ts';
import { fromVideoBatch, fromVideoStart } from './video-words.ts';

export interface IngestVideoDeps extends IngestDeps {
  readonly videos: VideoSessions;
}

/** One stream of one visit's video: batches in; acknowledgements, and requests for key frames, out. */
export async function* ingestVideo(
  deps: IngestVideoDeps,
  requests: AsyncIterable<IngestVideoRequest>,
  call: CallContext,
): AsyncGenerator<IngestVideoResponse> {
  const { videos } = deps;
  const down = new AsyncQueue<IngestVideoResponse>();
  let session: VideoSession | undefined;
  const peer: VideoPeer = {
    acknowledge(sequence, { finished }) {
      down.push({ message: { $case: 'acknowledge', value: { sequence, finished } } });
      if (finished) down.end();
    },
    requestKeyFrame: (trackId) => void down.push({ message: { $case: 'keyFrame', value: { trackId } } }),
    end: (error) => down.fail(error),
  };
  const take = async ({ message }: IngestVideoRequest): Promise<void> => {
    if (message?.$case === 'start') {
      if (session) throw new AppError('invalid-argument', 'a stream starts once');
      checkAssigned(deps, message.value, message.value.assignmentToken);
      const opened = await videos.open(fromVideoStart(message.value));
      call.signal.throwIfAborted();
      session = opened;
      down.push({ message: { $case: 'resume', value: { nextSequence: session.nextSequence } } });
      session.attach(peer);
      return;
    }
    if (!session) throw new AppError('invalid-argument', 'a stream begins with its start');
    switch (message?.$case) {
      case 'batch':
        return session.accept(peer, fromVideoBatch(message.value));
      case 'finish':
        // Not awaited: a visit that takes its time to finish must not keep this stream from being replaced.
        videos.finish(session).catch((error: unknown) => down.fail(error));
        return;
      case undefined:
        return;
      default:
        assertNever(message);
    }
  };
  const onAbort = () => down.fail(call.signal.reason);
  call.signal.addEventListener('abort', onAbort, { once: true });
  if (call.signal.aborted) onAbort();
  void readAll(requests, take).then(
    () => session?.isFinishing || down.end(),
    (error: unknown) => down.fail(error),
  );
  try {
    yield* down;
  } finally {
    session?.detach(peer);
    call.signal.removeEventListener('abort', onAbort);
  }
}
