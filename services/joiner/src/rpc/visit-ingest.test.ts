import type { IngestRequest, IngestResponse } from '@earshot/contract/media/v1/media.ts';
import type { IngestVideoRequest, IngestVideoResponse } from '@earshot/contract/media/v1/video.ts';
import { AsyncQueue, audioOnly, FakeClock, SECOND, silentLog } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import type { Assignment } from '../domain/bot.ts';
import type { VideoBatch } from '../domain/video-batch.ts';
import { openVisitIngest } from './visit-ingest.ts';

const assignment = {
  ref: { botId: 'bot-1', epoch: 3 },
  ...{ accountId: 'account-1', transcriptId: '', liveAudioSocketUrl: '', media: audioOnly, speech: undefined },
  visit: { takesVideo: true },
} as unknown as Assignment;
const batch = (clockMs: number): VideoBatch => ({ clockMs, frames: [], tracks: [], gaps: [] });
const turn = () => new Promise(setImmediate);

/** A peer that notes what it is sent, and answers what the test says. */
function createPeer<Request extends { message?: { $case: string; value: object } | undefined }, Response>() {
  const answers = new AsyncQueue<Response>();
  const got: string[] = [];
  return {
    got,
    answers,
    async *call(requests: AsyncIterable<Request>, options?: { signal?: AbortSignal }): AsyncGenerator<Response> {
      options?.signal?.addEventListener('abort', () => answers.end(), { once: true });
      void (async () => {
        for await (const { message } of requests) got.push(message?.$case ?? '');
      })();
      yield* answers;
    },
  };
}

function setUp() {
  const clock = new FakeClock();
  const audio = createPeer<IngestRequest, IngestResponse>();
  const video = createPeer<IngestVideoRequest, IngestVideoResponse>();
  const keyFrames: string[] = [];
  const ingest = openVisitIngest(
    {
      client: { ingest: audio.call, ingestVideo: video.call },
      ...{ clock, log: silentLog, token: 'token' },
    },
    assignment,
    { startedAt: 0, onRecording: () => {}, onKeyFrameRequest: (trackId) => void keyFrames.push(trackId) },
  );
  const resume = { message: { $case: 'resume' as const, value: { nextSequence: 1 } } };
  const finished = { message: { $case: 'acknowledge' as const, value: { sequence: 0, finished: true } } };
  return { clock, audio, video, keyFrames, ingest, resume, finished };
}

describe('openVisitIngest', () => {
  it('opens video once sound has begun, with what came until then, and passes on requests for key frames', async () => {
    const { audio, video, keyFrames, ingest, resume } = setUp();
    ingest.pushVideo(batch(1));
    await turn();
    expect([audio.got, video.got]).toEqual([['start'], []]);
    audio.answers.push(resume);
    await turn();
    video.answers.push(resume);
    video.answers.push({ message: { $case: 'keyFrame', value: { trackId: 'v1' } } });
    await turn();
    expect([video.got, keyFrames]).toEqual([['start', 'batch'], ['v1']]);
    await ingest.revoke();
  });

  it('finishes sound first, and gives video twenty seconds then', async () => {
    const { clock, audio, video, ingest, resume, finished } = setUp();
    audio.answers.push(resume);
    await turn();
    video.answers.push(resume);
    let isOver: boolean | undefined;
    void ingest.finish(1000).then((answer) => (isOver = answer));
    await turn();
    expect([audio.got, video.got]).toEqual([['start', 'finish'], ['start']]);
    audio.answers.push(finished);
    await turn();
    await turn();
    expect(video.got).toEqual(['start', 'finish']);
    await clock.advance(19 * SECOND);
    await turn();
    expect(isOver).toBeUndefined();
    await clock.advance(SECOND);
    await turn();
    await turn();
    expect(isOver).toBe(true);
  });

  it('lets go of video that never began', async () => {
    const { video, ingest } = setUp();
    ingest.pushVideo(batch(1));
    await ingest.revoke();
    expect(video.got).toEqual([]);
  });
});
