import { AppError, reconnect, SECOND, withTimeout, type Clock, type Connection, type Log } from '@earshot/kernel';

const MAX_DELAY_MS = SECOND;

/** What is not acknowledged, numbered 1, 2, 3 ...: see domain/replay-buffer.ts. */
export interface Replayed<Batch extends { readonly sequence: number }> {
  /** The first number that is not acknowledged, and the one that the next batch will get. */
  readonly first: number;
  readonly next: number;
  at(sequence: number): Batch | undefined;
  acknowledge(sequence: number): void;
}

export type StreamRequest<Start, Message> =
  | { readonly $case: 'start'; readonly value: Start }
  | { readonly $case: 'batch'; readonly value: Message }
  | { readonly $case: 'finish'; readonly value: { clockMs: number } };

export type StreamResponse =
  | { readonly $case: 'resume'; readonly value: { readonly nextSequence: number } }
  | { readonly $case: 'acknowledge'; readonly value: { readonly sequence: number; readonly finished: boolean } };

export interface ReplayedStreamDeps<Start, Batch extends { readonly sequence: number }, Message, Other> {
  readonly clock: Clock;
  readonly log: Log;
  /** What it carries, for the log. */
  readonly what: string;
  readonly buffer: Replayed<Batch>;
  readonly start: Start;
  readonly toMessage: (batch: Batch) => Message;
  readonly call: (
    requests: AsyncIterable<{ message: StreamRequest<Start, Message> }>,
    options: { signal: AbortSignal },
  ) => AsyncIterable<{ message?: StreamResponse | Other | undefined }>;
  /** Gets what is neither of the two. */
  readonly onOther?: (message: Other) => void;
  /** Called once, when the media-streamer first sent where to resume. */
  readonly onResumed?: () => void;
  /** It is not opened before; absent: at once. */
  readonly begun?: Promise<void>;
  /** How long what is left may take once no more will come, milliseconds. */
  readonly finishMs: number;
}

/** A stream to the media-streamer, opened again whenever it breaks; nothing is lost that fits into the buffer. */
export interface ReplayedStream {
  /** There is something in the buffer that was not. */
  wake(): void;
  /** No more will come. Answers whether the media-streamer is known to have all, after `finishMs` at most. */
  finish(clockMs: number): Promise<boolean>;
  /** Lets go: what was sent stays unfinished, for a later visit to go on. Sends what is left, for `graceMs` at most. */
  revoke(graceMs?: number): Promise<void>;
}

/** How far a stream has come over all its connections. */
interface State {
  finishMs: number | undefined;
  isFinished: boolean;
  isResumed: boolean;
  isRefused: boolean;
  /** Lets the sender look again. */
  wake: () => void;
}

/** How far one connection has come. `cursor`: the next sequence to send; undefined until the receiver has sent it. */
interface Sending {
  cursor: number | undefined;
  isOver: boolean;
  isFinishSent: boolean;
}

export function openReplayedStream<Start, Batch extends { readonly sequence: number }, Message, Other = never>(
  deps: ReplayedStreamDeps<Start, Batch, Message, Other>,
): ReplayedStream {
  const { buffer, clock, log, what } = deps;
  const closing = new AbortController();
  const state: State = {
    ...{ finishMs: undefined, isFinished: false, isResumed: false, isRefused: false },
    wake: () => {},
  };
  const { signal } = closing;
  async function run(): Promise<void> {
    const { promise: aborted, resolve: abort } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => abort(), { once: true });
    await Promise.race([deps.begun, aborted]);
    if (signal.aborted) return;
    await reconnect(
      {
        ...{ clock, signal, maxDelayMs: MAX_DELAY_MS },
        onLost({ error, failures }) {
          if (error !== undefined) log.debug('ingest stream ended', { what, code: AppError.from(error).code });
          if (failures === 0) log.warn('ingest stream lost', { what });
        },
      },
      (connection) => runOnce(deps, state, connection),
    );
  }
  const running = run();
  return {
    wake: () => state.wake(),
    async finish(clockMs) {
      state.finishMs = clockMs;
      state.wake();
      await withTimeout(running, { timeoutMs: deps.finishMs, signal, clock }).catch(() => {});
      closing.abort();
      await running;
      if (!state.isFinished)
        log.error('recording not known to be finished', { what, unacknowledged: buffer.next - buffer.first });
      return state.isFinished;
    },
    async revoke(graceMs = 0) {
      const until = clock.now() + graceMs;
      while (clock.now() < until && buffer.first < buffer.next) await clock.sleep(20);
      closing.abort();
      await running;
    },
  };
}

/** One stream, from start to wherever it ends. */
async function runOnce<Start, Batch extends { readonly sequence: number }, Message, Other>(
  deps: ReplayedStreamDeps<Start, Batch, Message, Other>,
  state: State,
  { signal, up }: Connection,
): Promise<'done' | void> {
  const { buffer, log, what } = deps;
  const sending: Sending = { cursor: undefined, isOver: false, isFinishSent: false };
  try {
    for await (const { message } of deps.call(requests(deps, state, sending), { signal })) {
      if (!message) continue;
      if (isResume(message)) {
        up();
        // What is before was stored; the acknowledgement was lost with the last stream.
        buffer.acknowledge(message.value.nextSequence - 1);
        sending.cursor = Math.max(buffer.first, message.value.nextSequence);
        if (!state.isResumed) deps.onResumed?.();
        state.isResumed = true;
        state.wake();
      } else if (isAcknowledge(message)) {
        buffer.acknowledge(message.value.sequence);
        if (!message.value.finished) continue;
        state.isFinished = true;
        return 'done';
      } else deps.onOther?.(message as Other);
    }
  } catch (error) {
    const { code } = AppError.from(error);
    if (code === 'failed-precondition') {
      // Finished by an earlier stream whose last message was lost; or another visit has the recording.
      state.isFinished = state.finishMs !== undefined && state.isResumed;
      if (!state.isFinished) log.error('media-streamer refused the recording', { what });
      return 'done';
    }
    if (code === 'permission-denied') {
      // The two have different secrets, or the assignment is none: tried again for as long as the bot is in its meeting.
      if (!state.isRefused) log.error('media-streamer refused the assignment', { what });
      state.isRefused = true;
    }
    throw error;
  } finally {
    sending.isOver = true;
    state.wake();
  }
}

const isResume = (message: unknown): message is StreamResponse & { $case: 'resume' } =>
  (message as { $case?: string }).$case === 'resume';
const isAcknowledge = (message: unknown): message is StreamResponse & { $case: 'acknowledge' } =>
  (message as { $case?: string }).$case === 'acknowledge';

/** Pulled by the stream as fast as it takes them, so that a slow receiver fills the buffer and nothing else. */
async function* requests<Start, Batch extends { readonly sequence: number }, Message, Other>(
  { buffer, start, toMessage }: ReplayedStreamDeps<Start, Batch, Message, Other>,
  state: State,
  sending: Sending,
): AsyncGenerator<{ message: StreamRequest<Start, Message> }> {
  yield { message: { $case: 'start', value: start } };
  while (!sending.isOver) {
    const next = sending.cursor === undefined ? undefined : buffer.at(Math.max(sending.cursor, buffer.first));
    if (next) {
      sending.cursor = next.sequence + 1;
      yield { message: { $case: 'batch', value: toMessage(next) } };
    } else if (sending.cursor !== undefined && state.finishMs !== undefined && !sending.isFinishSent) {
      sending.isFinishSent = true;
      yield { message: { $case: 'finish', value: { clockMs: state.finishMs } } };
    } else {
      await new Promise<void>((resolve) => (state.wake = resolve));
    }
  }
}
