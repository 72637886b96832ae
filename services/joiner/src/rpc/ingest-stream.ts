import type { IngestRequest, IngestStart, MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import {
  AppError,
  MINUTE,
  reconnect,
  SECOND,
  withTimeout,
  type Clock,
  type Connection,
  type Log,
} from '@earshot/kernel';
import type { RpcClient } from '@earshot/rpc';
import type { IngestBatch } from '../domain/ingest-batch.ts';
import { ReplayBuffer } from '../domain/replay-buffer.ts';
import { toIngestBatch } from './mapping.ts';

const MAX_DELAY_MS = SECOND;
const KEPT = { maxMs: 5 * MINUTE, maxBytes: 16 * 1024 * 1024 };
const FINISH_MS = MINUTE;

export interface IngestStreamDeps {
  readonly client: Pick<RpcClient<typeof MediaServiceService>, 'ingest'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Called once, when the media-streamer first sent where to resume. */
  readonly onRecording: () => void;
}

/** One bot's stream to the media-streamer, opened again whenever it breaks; nothing is lost that fits into the replay buffer. */
export interface IngestStream {
  push(batch: IngestBatch): void;
  /** No more will come. Answers whether the recording is known to be finished, after a minute at most. */
  finish(clockMs: number): Promise<boolean>;
  /** Lets go: what was sent stays unfinished, for a later visit to go on. Sends what is left, for `graceMs` at most. */
  revoke(graceMs?: number): Promise<void>;
}

export function openIngestStream(deps: IngestStreamDeps, start: IngestStart): IngestStream {
  const { clock, log } = deps;
  const ring = new ReplayBuffer(KEPT);
  const closing = new AbortController();
  const state: IngestStreamState = {
    ring,
    finishMs: undefined,
    isFinished: false,
    isResumed: false,
    isRefused: false,
    wake: () => {},
  };
  let reportedDrops = 0;

  const running = reconnect(
    {
      ...{ clock, signal: closing.signal, maxDelayMs: MAX_DELAY_MS },
      onLost({ error, failures }) {
        if (error !== undefined) log.debug('ingest stream ended', { code: AppError.from(error).code });
        if (failures === 0) log.warn('ingest stream lost');
      },
    },
    (connection) => runOnce(deps, { start, state, connection }),
  );

  return {
    push(batch) {
      ring.push(batch);
      if (ring.droppedFrames >= reportedDrops + 1000) {
        reportedDrops = ring.droppedFrames;
        log.warn('sound dropped while the media-streamer was away', { frames: reportedDrops });
      }
      state.wake();
    },
    async finish(clockMs) {
      state.finishMs = clockMs;
      state.wake();
      await withTimeout(running, { timeoutMs: FINISH_MS, signal: closing.signal, clock }).catch(() => {});
      closing.abort();
      await running;
      if (!state.isFinished)
        log.error('recording not known to be finished', { unacknowledged: ring.next - ring.first });
      return state.isFinished;
    },
    async revoke(graceMs = 0) {
      const until = clock.now() + graceMs;
      while (clock.now() < until && ring.first < ring.next) await clock.sleep(20);
      closing.abort();
      await running;
    },
  };
}

interface IngestStreamState {
  readonly ring: ReplayBuffer;
  finishMs: number | undefined;
  isFinished: boolean;
  isResumed: boolean;
  isRefused: boolean;
  /** Lets the sender look again. */
  wake: () => void;
}

/** How far one stream has come. `cursor`: the next sequence to send; undefined until the receiver has sent it. */
interface Sending {
  cursor: number | undefined;
  isOver: boolean;
  isFinishSent: boolean;
}

interface Once {
  readonly start: IngestStart;
  readonly state: IngestStreamState;
  readonly connection: Connection;
}

/** One stream, from start to wherever it ends. */
async function runOnce(
  deps: IngestStreamDeps,
  { start, state, connection: { signal, up } }: Once,
): Promise<'done' | void> {
  const sending: Sending = { cursor: undefined, isOver: false, isFinishSent: false };
  try {
    for await (const { message } of deps.client.ingest(requests(start, state, sending), { signal })) {
      if (message?.$case === 'resume') {
        up();
        // What is before was stored; the acknowledgement was lost with the last stream.
        state.ring.acknowledge(message.value.nextSequence - 1);
        sending.cursor = Math.max(state.ring.first, message.value.nextSequence);
        if (!state.isResumed) deps.onRecording();
        state.isResumed = true;
        state.wake();
      } else if (message?.$case === 'acknowledge') {
        state.ring.acknowledge(message.value.sequence);
        if (!message.value.finished) continue;
        state.isFinished = true;
        return 'done';
      }
    }
  } catch (error) {
    const { code } = AppError.from(error);
    if (code === 'failed-precondition') {
      // Finished by an earlier stream whose last message was lost; or another visit has the recording.
      state.isFinished = state.finishMs !== undefined && state.isResumed;
      if (!state.isFinished) deps.log.error('media-streamer refused the recording');
      return 'done';
    }
    if (code === 'permission-denied') {
      // The two have different secrets, or the assignment is none: tried again for as long as the bot is in its meeting.
      if (!state.isRefused) deps.log.error('media-streamer refused the assignment');
      state.isRefused = true;
    }
    throw error;
  } finally {
    sending.isOver = true;
    state.wake();
  }
}

/** Pulled by the stream as fast as it takes them, so that a slow receiver fills the buffer and nothing else. */
async function* requests(
  start: IngestStart,
  state: IngestStreamState,
  sending: Sending,
): AsyncGenerator<IngestRequest> {
  yield { message: { $case: 'start', value: start } };
  while (!sending.isOver) {
    const next = sending.cursor === undefined ? undefined : state.ring.at(Math.max(sending.cursor, state.ring.first));
    if (next) {
      sending.cursor = next.sequence + 1;
      yield { message: { $case: 'batch', value: toIngestBatch(next) } };
    } else if (sending.cursor !== undefined && state.finishMs !== undefined && !sending.isFinishSent) {
      sending.isFinishSent = true;
      yield { message: { $case: 'finish', value: { clockMs: state.finishMs } } };
    } else {
      await new Promise<void>((resolve) => (state.wake = resolve));
    }
  }
}
