import type {
  IngestVideoRequest,
  IngestVideoResponse,
  IngestVideoStart,
  VideoBatch,
  VideoFrame,
  VideoGap,
  VideoTrackChange,
} from '@earshot/contract/media/v1/video.ts';
import { AppError, AsyncQueue } from '@earshot/kernel';
import type { CallContext } from '@earshot/rpc';
import type { Moments } from './moments.ts';

export interface ReceivedVideo {
  readonly start: IngestVideoStart;
  readonly batches: VideoBatch[];
  isFinished: boolean;
  starts: number;
}

/** The receiving end of visits' video, of the true protocol; keeps it in memory. */
export interface FakeVideo {
  of(botId: string): ReceivedVideo | undefined;
  framesOf(botId: string): VideoFrame[];
  gapsOf(botId: string): VideoGap[];
  /** What was told last of each track, by its id. */
  tracksOf(botId: string): Map<string, VideoTrackChange>;
  /** Everything that was told of tracks, in order. */
  changesOf(botId: string): VideoTrackChange[];
  askForKeyFrame(botId: string, trackId: string): void;
  /** Takes nothing any more until it is told to go on. */
  stall(isStalled: boolean): void;
  ingestVideo(requests: AsyncIterable<IngestVideoRequest>, call: CallContext): AsyncGenerator<IngestVideoResponse>;
}

export function createFakeVideo(moments: Moments, check: (start: IngestVideoStart) => void): FakeVideo {
  const visits = new Map<string, ReceivedVideo>();
  const down = new Map<string, AsyncQueue<IngestVideoResponse>>();
  let stalled = Promise.withResolvers<void>();
  stalled.resolve();

  function keep(visit: ReceivedVideo, batch: VideoBatch): void {
    if (batch.sequence <= visit.batches.length) return;
    if (batch.sequence !== visit.batches.length + 1) throw new AppError('invalid-argument', 'a gap');
    visit.batches.push(batch);
  }

  async function* ingestVideo(
    requests: AsyncIterable<IngestVideoRequest>,
    call: CallContext,
  ): AsyncGenerator<IngestVideoResponse> {
    const answers = new AsyncQueue<IngestVideoResponse>();
    call.signal.addEventListener('abort', () => answers.end(), { once: true });
    void (async () => {
      let visit: ReceivedVideo | undefined;
      for await (const { message } of requests) {
        await stalled.promise;
        if (message?.$case === 'start') {
          check(message.value);
          const start = message.value;
          visit = visits.get(start.botId) ?? { start, batches: [], isFinished: false, starts: 0 };
          visit.starts += 1;
          visits.set(start.botId, visit);
          down.set(start.botId, answers);
          answers.push({ message: { $case: 'resume', value: { nextSequence: visit.batches.length + 1 } } });
        } else if (message?.$case === 'batch' && visit) {
          keep(visit, message.value);
          const value = { sequence: message.value.sequence, finished: false };
          answers.push({ message: { $case: 'acknowledge', value } });
        } else if (message?.$case === 'finish' && visit) {
          visit.isFinished = true;
          const value = { sequence: visit.batches.length, finished: true };
          answers.push({ message: { $case: 'acknowledge', value } });
          answers.end();
        }
        moments.notify();
      }
    })().catch((error: unknown) => answers.fail(error));
    yield* answers;
  }

  const batches = (botId: string) => visits.get(botId)?.batches ?? [];
  const changesOf = (botId: string) => batches(botId).flatMap(({ tracks }) => tracks);
  return {
    ingestVideo,
    of: (botId) => visits.get(botId),
    framesOf: (botId) => batches(botId).flatMap(({ frames }) => frames),
    gapsOf: (botId) => batches(botId).flatMap(({ gaps }) => gaps),
    changesOf,
    tracksOf: (botId) => new Map(changesOf(botId).map((change) => [change.trackId, change])),
    askForKeyFrame: (botId, trackId) => down.get(botId)?.push({ message: { $case: 'keyFrame', value: { trackId } } }),
    stall(isStalled) {
      stalled.resolve();
      stalled = Promise.withResolvers<void>();
      if (!isStalled) stalled.resolve();
    },
  };
}
