import { AppError, backoff, jitter, MINUTE, reconnect, SECOND, withTimeout } from '@earshot/kernel';
import type { Clock, Connection, Log } from '@earshot/kernel';
import type { WebSocket } from 'ws';
import type { Egress } from './egress.ts';
import { toEgressFailure } from './egress-failure.ts';
import { FrameQueue, type FrameOutcome, type OutboundFrame, type QueuedFrame } from './frame-queue.ts';
import { watchPongs } from './watch-pongs.ts';

/** What is handed to the socket before it has taken the rest; more would only hide from us how slow it is. */
const AHEAD_BYTES = 64 * 1024;
const MAX_DELAY_MS = 5 * SECOND;
/** How long a far side that reads nothing is left alone, longer each time in a row. */
const STALL_RETRY = { baseMs: SECOND, maxMs: MINUTE };
/** For the far side's part of the closing handshake. */
const CLOSE_WAIT_MS = SECOND;
/** RFC 6455, 7.4.1. */
export const closeCode = { normal: 1000, goingAway: 1001 } as const;

export interface CustomerSocketOptions<Frame extends OutboundFrame> {
  readonly url: string;
  readonly egress: Pick<Egress, 'webSocket'>;
  readonly clock: Clock;
  /** Its fields name whose socket it is. */
  readonly log: Log;
  /** The first message of each connection, as text; asked for when it opens, and given what waits to follow it. */
  readonly toReadyFrame: (next: Frame | undefined) => string;
  /** What each connection gets right behind its first message, before all that waits. */
  readonly toHead?: () => readonly OutboundFrame[];
  /** The ready frame is with the system. */
  readonly onReady?: () => void;
  /** What the far side sends, as it comes; ignored by default. More than 1 MiB closes the socket with 1009. */
  readonly onMessage?: (data: Buffer, isBinary: boolean) => void;
  /** Most bytes that wait for a socket that is away or slow; beyond, the oldest frames are dropped. */
  readonly maxQueuedBytes: number;
  /** How long the far side may leave a ping unanswered before it is given up, in milliseconds. */
  readonly stallMs: number;
}

/**
 * A socket to a customer's address, connected from its making until it is closed, again after every loss. Whatever the customer
 * does, nobody else has to wait for it. An address that egress refuses (`invalid-argument`) is not tried again.
 */
export class CustomerSocket<Frame extends OutboundFrame = OutboundFrame> implements AsyncDisposable {
  readonly #options: CustomerSocketOptions<Frame>;
  readonly #queue: FrameQueue<Frame>;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  /** Handed to the socket, and not known to be with the system. */
  readonly #inFlight = new Set<QueuedFrame<Frame>>();
  #socket: WebSocket | undefined;
  #ready = Promise.withResolvers<void>();
  #isReady = false;
  /** How often in a row the far side took nothing; it starts anew with a pong. */
  #stalls = 0;
  #isDropping = false;
  #onDrained: (() => void) | undefined;

  constructor(options: CustomerSocketOptions<Frame>) {
    this.#options = options;
    this.#queue = new FrameQueue(options.maxQueuedBytes);
    this.#running = this.#run();
  }

  /** Whether it is connected and has sent its ready frame. */
  get isReady(): boolean {
    return this.#isReady && this.#isOpen();
  }

  /** Frames that were given up because the socket was away or too slow. */
  get droppedFrames(): number {
    return this.#queue.dropped;
  }

  /** Queues a frame behind all others; after the end it is lost. */
  send(frame: Frame, onSettled?: (outcome: FrameOutcome) => void): void {
    if (this.#stopping.signal.aborted) return onSettled?.('lost');
    this.#queue.push({ frame, onSettled });
    this.#pump();
    if (!this.#queue.trim()) return;
    if (!this.#isDropping) this.#options.log.warn('customer socket is away or slow');
    this.#isDropping = true;
  }

  /** Resolves with true once it is ready; with false when the signal aborts or it has ended. */
  async whenReady(signal: AbortSignal): Promise<boolean> {
    if (this.#isReady || signal.aborted) return this.isReady;
    const { promise, resolve } = Promise.withResolvers<void>();
    const settle = () => resolve();
    signal.addEventListener('abort', settle, { once: true });
    void Promise.race([this.#ready.promise, this.#running]).then(settle);
    await promise;
    signal.removeEventListener('abort', settle);
    return this.isReady;
  }

  /** Resolves when all that was queued is with the system, or `timeoutMs` have passed, or it has ended. */
  async flush(timeoutMs: number): Promise<void> {
    const drained = new Promise<void>((resolve) => (this.#onDrained = resolve));
    this.#pump();
    await withTimeout(Promise.race([drained, this.#running]), { timeoutMs }).catch(() => {});
  }

  /** Closes with that code, within a second; what waits is lost. Further calls wait for the same end. */
  async close(code: number = closeCode.normal): Promise<void> {
    if (this.#stopping.signal.aborted) return this.#running;
    const { droppedFrames } = this;
    if (droppedFrames > 0) this.#options.log.warn('frames for a customer were dropped', { frames: droppedFrames });
    this.#stopping.abort(new AppError('cancelled', 'the customer socket is closed'));
    const socket = this.#socket;
    if (socket && this.#isOpen()) {
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.close(code);
      await withTimeout(closed, { timeoutMs: CLOSE_WAIT_MS }).catch(() => {});
    }
    socket?.terminate();
    await this.#running;
  }

  /** This process ends, the stream does not: the next one connects again. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close(closeCode.goingAway);
  }

  #isOpen(): boolean {
    return this.#socket !== undefined && this.#socket.readyState === this.#socket.OPEN;
  }

  #pump(): void {
    const socket = this.#socket;
    if (!socket || !this.#isOpen()) return;
    while (socket.bufferedAmount < AHEAD_BYTES) {
      const queued = this.#queue.take();
      if (!queued) break;
      this.#inFlight.add(queued);
      const { bytes, isText = false } = queued.frame;
      socket.send(bytes, { binary: !isText }, (error) => {
        if (this.#inFlight.delete(queued)) queued.onSettled?.(error ? 'lost' : 'sent');
        this.#pump();
      });
    }
    if (this.#queue.first) return;
    this.#isDropping = false;
    if (socket.bufferedAmount === 0) this.#onDrained?.();
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    await reconnect(
      {
        ...{ clock, signal: this.#stopping.signal, maxDelayMs: MAX_DELAY_MS },
        onLost({ error, failures }) {
          const reason = error === undefined ? 'closed by the far side' : toEgressFailure(error).message;
          if (failures === 0) log.warn('customer socket is lost', { reason });
        },
      },
      (connection) => this.#connectOnce(connection),
    );
    this.#queue.clear();
  }

  /** One connection from its beginning to its end. Throws what it failed with. */
  async #connectOnce({ signal, up }: Connection): Promise<'done' | void> {
    const { clock, log } = this.#options;
    if (this.#stalls > 0) await clock.sleep(jitter(backoff(this.#stalls - 1, STALL_RETRY)), signal);
    const connecting = new AbortController();
    // An open socket is not aborted: it is closed, with a code.
    const giveUp = () => {
      if (!this.#isOpen()) connecting.abort();
    };
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await this.#open(connecting.signal, up);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid-argument') throw error;
      log.warn('customer socket has nowhere to go', { reason: error.message });
      this.#stopping.abort(error);
      return 'done';
    } finally {
      signal.removeEventListener('abort', giveUp);
      this.#forget();
    }
  }

  async #open(signal: AbortSignal, up: () => void): Promise<void> {
    const { url, egress, stallMs, toReadyFrame, toHead, onReady, onMessage } = this.#options;
    const socket = egress.webSocket(url, { signal });
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary: boolean) => onMessage?.(data, isBinary));
    watchPongs(socket, { stallMs, onPong: () => (this.#stalls = 0), onStall: () => this.#stalls++ });
    socket.once('open', () => {
      up();
      socket.send(toReadyFrame(this.#queue.first), (error) => {
        if (error || this.#socket !== socket) return;
        this.#isReady = true;
        onReady?.();
        this.#ready.resolve();
      });
      for (const { bytes, isText = false } of toHead?.() ?? []) socket.send(bytes, { binary: !isText });
      this.#pump();
    });
    await new Promise<void>((resolve, reject) => {
      // Not `once`: a socket that is given up may fail again.
      socket.on('error', reject);
      socket.once('close', () => resolve());
    });
  }

  /** What was handed to a connection that has ended is gone with it. */
  #forget(): void {
    this.#socket = undefined;
    if (this.#isReady) this.#ready = Promise.withResolvers<void>();
    this.#isReady = false;
    for (const queued of this.#inFlight) queued.onSettled?.('lost');
    this.#inFlight.clear();
  }
}
