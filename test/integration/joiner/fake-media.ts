import type { Caption } from '@earshot/contract/common/v1/speech.ts';
import {
  MediaServiceService,
  type AudioFrame,
  type ChatMessage,
  type IngestBatch,
  type IngestRequest,
  type IngestResponse,
  type IngestStart,
  type KeepDebugArtifactRequest,
  type ParticipantChange,
} from '@earshot/contract/media/v1/media.ts';
import { openToAll, testAssignmentSecret } from '@earshot/harness';
import { AppError, AsyncQueue, silentLog } from '@earshot/kernel';
import { createRpcServer, isAssigned, type CallContext, type Handlers } from '@earshot/rpc';
import { createFakeVideo, type FakeVideo } from './fake-video.ts';
import { createMoments, type Moments } from './moments.ts';

export interface Recorded {
  readonly start: IngestStart;
  readonly batches: IngestBatch[];
  /** How late each batch came: arrival here after the meeting clock it carries, milliseconds. */
  readonly latenciesMs: number[];
  isFinished: boolean;
  starts: number;
}

/** A media-streamer of the true protocol that keeps what it receives in memory. */
export interface FakeMedia extends AsyncDisposable {
  readonly address: string;
  readonly moments: Moments;
  of(botId: string): Recorded | undefined;
  framesOf(botId: string): AudioFrame[];
  changesOf(botId: string): ParticipantChange[];
  chatOf(botId: string): ChatMessage[];
  captionsOf(botId: string): Caption[];
  /** Whether the page showed captions, at each look. */
  captionsShown(botId: string): boolean[];
  /** What was kept of attempts to join that failed. */
  debugOf(botId: string): KeepDebugArtifactRequest[];
  /** What came of participants' video. */
  readonly video: FakeVideo;
  /** Breaks every stream, as a killed process does; what was kept stays. */
  cut(): void;
}

export async function startFakeMedia(): Promise<FakeMedia> {
  const moments = createMoments();
  const recordings = new Map<string, Recorded>();
  const debug: KeepDebugArtifactRequest[] = [];
  const lines = new Set<AsyncQueue<IngestResponse>>();

  function checkProven(assignment: { botId: string; epoch: number }, token: string): void {
    if (!isAssigned(testAssignmentSecret, assignment, token))
      throw new AppError('permission-denied', 'the assignment is not proven');
  }

  function open(start: IngestStart): Recorded {
    checkProven(start, start.assignmentToken);
    const known = recordings.get(start.botId);
    const recorded = known ?? { start, batches: [], latenciesMs: [], isFinished: false, starts: 0 };
    recordings.set(start.botId, recorded);
    recorded.starts += 1;
    return recorded;
  }

  function keep(recorded: Recorded, batch: IngestBatch): void {
    if (batch.sequence <= recorded.batches.length) return;
    if (batch.sequence !== recorded.batches.length + 1) throw new AppError('invalid-argument', 'a gap');
    recorded.batches.push(batch);
    const startedAt = recorded.start.startedAt?.getTime() ?? 0;
    for (const frame of batch.frames) recorded.latenciesMs.push(Date.now() - startedAt - frame.arrivedMs);
  }

  async function* ingest(requests: AsyncIterable<IngestRequest>, call: CallContext): AsyncGenerator<IngestResponse> {
    const down = new AsyncQueue<IngestResponse>();
    lines.add(down);
    call.signal.addEventListener('abort', () => down.end(), { once: true });
    void (async () => {
      let recorded: Recorded | undefined;
      for await (const { message } of requests) {
        if (message?.$case === 'start') {
          recorded = open(message.value);
          if (recorded.isFinished) throw new AppError('failed-precondition', 'finished');
          const value = { nextSequence: recorded.batches.length + 1 };
          down.push({ message: { $case: 'resume', value } });
        } else if (message?.$case === 'batch' && recorded) {
          keep(recorded, message.value);
          const value = { sequence: message.value.sequence, finished: false };
          if (message.value.sequence % 10 === 0) down.push({ message: { $case: 'acknowledge', value } });
        } else if (message?.$case === 'finish' && recorded) {
          recorded.isFinished = true;
          const value = { sequence: recorded.batches.length, finished: true };
          down.push({ message: { $case: 'acknowledge', value } });
          down.end();
        }
        moments.notify();
      }
    })().catch((error: unknown) => down.fail(error));
    try {
      yield* down;
    } finally {
      lines.delete(down);
    }
  }

  const video = createFakeVideo(moments, (start) => {
    checkProven(start, start.assignmentToken);
    if (!recordings.has(start.botId)) throw new AppError('unavailable', 'the sound has not begun');
  });
  const server = createRpcServer({ listen: '127.0.0.1:0', log: silentLog });
  const keepDebugArtifact = async (request: KeepDebugArtifactRequest) => {
    checkProven({ botId: request.botId, epoch: request.attempt }, request.assignmentToken);
    debug.push(request);
    moments.notify();
    return {};
  };
  server.add(
    MediaServiceService,
    { ingest, ingestVideo: video.ingestVideo, keepDebugArtifact } as unknown as Handlers<typeof MediaServiceService>,
    openToAll(MediaServiceService),
  );
  const port = await server.start();
  const batches = (botId: string) => recordings.get(botId)?.batches ?? [];
  return {
    address: `127.0.0.1:${port}`,
    moments,
    of: (botId) => recordings.get(botId),
    framesOf: (botId) => batches(botId).flatMap(({ frames }) => frames),
    changesOf: (botId) => batches(botId).flatMap(({ participants }) => participants),
    chatOf: (botId) => batches(botId).flatMap(({ chat }) => chat),
    captionsOf: (botId) => batches(botId).flatMap(({ captions }) => captions),
    captionsShown: (botId) => batches(botId).flatMap(({ captionsShown }) => captionsShown ?? []),
    video,
    debugOf: (botId) => debug.filter((kept) => kept.botId === botId),
    cut() {
      for (const line of lines) line.fail(new AppError('unavailable', 'cut by the test'));
    },
    async [Symbol.asyncDispose]() {
      for (const line of lines) line.end();
      await server[Symbol.asyncDispose]();
    },
  };
}
