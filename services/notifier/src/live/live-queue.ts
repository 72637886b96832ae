import { backoff, jitter, SECOND, type Clock, type Log } from '@earshot/kernel';
import { isFinal, type LiveBuffer, type LiveMessage } from './live-buffer.ts';
import type { LiveChannel } from './live-channel.ts';

/** Messages that wait at most. */
export const CAPACITY = 1000;
/** Finals whose ids are remembered: as many as can wait, since one that waits may be handed in again. */
const MAX_SEEN = CAPACITY;
const RETRY = { baseMs: 100, maxMs: 2 * SECOND };

export interface LiveQueueOptions {
  readonly channel: LiveChannel;
  /** Where its messages wait; what it counts as missed the channel may report. */
  readonly buffer: LiveBuffer;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * A bot's live messages to one address, one at a time. A final that fails is tried again before anything else is; a
 * partial is not, since a newer one will come.
 */
export class LiveQueue {
  readonly #buffer: LiveBuffer;
  readonly #options: LiveQueueOptions;
  readonly #forced = new AbortController();
  readonly #pumping: Promise<void>;
  readonly #counts = { sent: 0, lostFinals: 0, lostPartials: 0, refused: 0, repeated: 0 };
  /** Ids of finals that were taken, oldest first. */
  readonly #taken = new Set<string>();
  #wake: () => void = () => {};
  #closing = false;
  #failures = 0;
  /** Milliseconds since 1970. */
  lastUsedAt: number;

  constructor(options: LiveQueueOptions) {
    this.#options = options;
    this.#buffer = options.buffer;
    this.lastUsedAt = options.clock.now();
    this.#pumping = this.#pump();
  }

  /** What became of messages so far. */
  get counts() {
    const { superseded, droppedPartials, droppedFinals } = this.#buffer;
    return { ...this.#counts, superseded, droppedPartials, droppedFinals };
  }

  /** Queues a message; a final that was taken before is passed over. False: it is a final and there is no room. */
  push(message: LiveMessage): boolean {
    this.lastUsedAt = this.#options.clock.now();
    if (this.#taken.has(message.messageId)) {
      this.#counts.repeated++;
      return true;
    }
    const queued = this.#buffer.push(message);
    if (!queued) this.#counts.refused++;
    else if (isFinal(message)) this.#remember(message.messageId);
    this.#wake();
    return queued;
  }

  /** Sends what waits, for at most `flushMs`, and closes the channel. */
  async close(flushMs: number): Promise<void> {
    const { channel, log } = this.#options;
    this.#closing = true;
    this.#wake();
    const timer = setTimeout(() => this.#forced.abort(new Error('out of time')), flushMs);
    await this.#pumping;
    clearTimeout(timer);
    this.#counts.lostFinals += this.#buffer.finals;
    await channel.close();
    const level = this.#counts.lostFinals + this.#buffer.droppedFinals > 0 ? 'warn' : 'info';
    log[level]('live queue closed', this.counts);
  }

  #remember(messageId: string): void {
    this.#taken.add(messageId);
    if (this.#taken.size > MAX_SEEN) this.#taken.delete(this.#taken.values().next().value ?? '');
  }

  async #pump(): Promise<void> {
    while (!this.#forced.signal.aborted) {
      if (this.#buffer.length > 0) await this.#sendNext();
      else if (this.#closing) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async #sendNext(): Promise<void> {
    const { channel, clock } = this.#options;
    const notReady = await channel.ready(this.#forced.signal);
    if (this.#forced.signal.aborted) return;
    if (notReady !== undefined) return this.#rest(notReady);
    const message = this.#buffer.take();
    if (!message) return;
    // While the address fails, finals that are past their time go without another try: the queue catches up.
    const tooOld = () => this.#failures > 0 && clock.now() - message.queuedAt > channel.finalsWaitMs;
    if (isFinal(message) && tooOld()) return this.#lose(message);
    const failure = await channel.send(message, this.#forced.signal);
    if (failure === undefined) {
      this.#failures = 0;
      this.#counts.sent++;
      this.#buffer.settle();
      return;
    }
    if (!isFinal(message)) {
      this.#counts.lostPartials++;
      this.#buffer.settle();
      this.#noteFailure(failure);
      return;
    }
    this.#buffer.putBack(message);
    await this.#rest(failure);
  }

  #lose(message: LiveMessage): void {
    this.#counts.lostFinals++;
    this.#buffer.settle();
    this.#buffer.missed++;
    this.#options.log.warn('live message lost', { messageId: message.messageId });
  }

  #noteFailure(reason: string): void {
    if (this.#failures++ === 0) this.#options.log.warn('live queue is failing', { reason });
  }

  /** Between tries of one message; the connection that a socket needs is held, and dialled again, by itself. */
  async #rest(reason: string): Promise<void> {
    this.#noteFailure(reason);
    const wait = jitter(backoff(this.#failures - 1, RETRY));
    await this.#options.clock.sleep(wait, this.#forced.signal).catch(() => {});
  }
}
