import { SECOND, type AppError, type Clock } from '@earshot/kernel';
import { engineError } from './engine-error.ts';
import { Pacer } from './pacer.ts';
import type { CloseReason, StreamingSession } from './speech-engine.ts';
import { StallWatch } from './stall-watch.ts';

/** What is the provider's own in a session; every part may throw once the connection is gone. */
export interface VendorLink {
  send(pcm: Int16Array): void;
  keepAlive(): void;
  finalize(): void;
  /** Asks the provider to send all it has and to end; the link then reports the end. */
  finish(): void;
  /** Drops the connection. */
  abort(): void;
}

export interface LiveSessionOptions {
  engine: string;
  apiKey: string;
  sampleRate: number;
  clock: Clock;
  signal: AbortSignal;
  /** How long speech may go unanswered before the session counts as failed. */
  stallTimeoutMs: number;
  /** How long `close()` waits for the last finals while the provider sends nothing. */
  closeTimeoutMs: number;
  /** How far ahead of real time the provider takes audio; as far as it likes when absent. */
  leadMs?: number;
}

/** Both providers ask for a keep-alive every 3 to 5 seconds when there is no audio. */
const keepAliveEveryMs = 4 * SECOND;
const lookEveryMs = SECOND;
/** Audio that has to keep pace goes in pieces of this length, whatever it came in. */
const pieceMs = 200;

/**
 * open: audio is sent. closing: no more is taken, what waits for its time is sent. finishing: the provider has been asked for the
 * end. over: the connection is gone.
 */
type Phase = 'open' | 'closing' | 'finishing' | 'over';

/** What the sessions of all providers have in common: one end, keep-alives, and a watch on a provider that went quiet. */
export class LiveSession implements StreamingSession {
  readonly closed: Promise<CloseReason>;
  readonly #options: LiveSessionOptions;
  readonly #link: VendorLink;
  readonly #stall: StallWatch;
  readonly #over = new AbortController();
  readonly #resolve: (reason: CloseReason) => void;
  #lastSentAt: number;
  #lastReceivedAt = -Infinity;
  readonly #pacer: Pacer | undefined;
  #phase: Phase = 'open';

  constructor(link: VendorLink, options: LiveSessionOptions) {
    this.#link = link;
    this.#options = options;
    this.#stall = new StallWatch(options.stallTimeoutMs);
    this.#lastSentAt = options.clock.now();
    const { clock, leadMs } = options;
    this.#pacer = leadMs === undefined ? undefined : new Pacer({ clock, leadMs, signal: this.#over.signal });
    const { promise, resolve } = Promise.withResolvers<CloseReason>();
    this.closed = promise;
    this.#resolve = resolve;
    options.signal.addEventListener('abort', this.#cancel, { once: true });
    if (options.signal.aborted) this.#cancel();
    else void this.#watch();
  }

  get isOver(): boolean {
    return this.#phase === 'over';
  }

  /** Whether the end was asked for, and has not come. */
  get isClosing(): boolean {
    return this.#phase === 'closing' || this.#phase === 'finishing';
  }

  send(pcm: Int16Array): void {
    if (this.#phase !== 'open' || pcm.length === 0) return;
    if (!this.#pacer) return this.#transmit(pcm);
    const { sampleRate } = this.#options;
    const piece = Math.round((pieceMs * sampleRate) / 1000);
    for (let at = 0; at < pcm.length; at += piece) {
      const part = pcm.subarray(at, at + piece);
      this.#pacer.add((part.length * 1000) / sampleRate, () => this.#transmit(part));
    }
  }

  finalize(): void {
    if (this.#phase === 'open') this.#inTurn(() => this.#tryCall(() => this.#link.finalize()));
  }

  close(): Promise<CloseReason> {
    if (this.#phase === 'open') {
      this.#phase = 'closing';
      this.#inTurn(() => {
        this.#phase = 'finishing';
        this.#tryCall(() => this.#link.finish());
        void this.#giveUpClosing();
      });
    }
    return this.closed;
  }

  /** The provider sent something. */
  received(): void {
    this.#lastReceivedAt = this.#options.clock.now();
    this.#stall.received();
  }

  /** The connection is gone; only the first reason counts. */
  ended(reason: CloseReason): void {
    if (this.isOver) return;
    this.#phase = 'over';
    this.#over.abort();
    this.#options.signal.removeEventListener('abort', this.#cancel);
    this.#resolve(reason);
  }

  fail(error: AppError): void {
    if (this.isOver) return;
    this.ended({ kind: 'failed', error });
    this.#drop();
  }

  readonly #cancel = (): void => {
    this.ended({ kind: 'cancelled' });
    this.#drop();
  };

  async #watch(): Promise<void> {
    const { clock } = this.#options;
    while (await this.#sleep(lookEveryMs)) {
      if (this.#phase === 'finishing') return;
      const now = clock.now();
      if (this.#stall.isStalled(now)) return this.fail(this.#unavailable('no answer to the audio'));
      if (now - this.#lastSentAt < keepAliveEveryMs) continue;
      this.#lastSentAt = now;
      this.#tryCall(() => this.#link.keepAlive());
    }
  }

  /** A provider that still sends is not given up: all of it would have to be sent again. */
  async #giveUpClosing(): Promise<void> {
    const { clock, closeTimeoutMs } = this.#options;
    for (let leftMs = closeTimeoutMs; leftMs > 0; leftMs = this.#lastReceivedAt + closeTimeoutMs - clock.now()) {
      if (!(await this.#sleep(leftMs))) return;
    }
    this.fail(this.#unavailable('no answer to the end of the stream'));
  }

  /** False when the session was over before. */
  async #sleep(ms: number): Promise<boolean> {
    return this.#options.clock.sleep(ms, this.#over.signal).then(
      () => true,
      () => false,
    );
  }

  #transmit(pcm: Int16Array): void {
    if (this.isOver) return;
    const now = this.#options.clock.now();
    this.#lastSentAt = now;
    this.#stall.sent(pcm, { now, sampleRate: this.#options.sampleRate });
    this.#tryCall(() => this.#link.send(pcm));
  }

  /** Behind the audio that still waits for its time. */
  #inTurn(act: () => void): void {
    if (this.#pacer) this.#pacer.add(0, () => !this.isOver && act());
    else act();
  }

  #tryCall(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.fail(this.#unavailable(error instanceof Error ? error.message : 'the connection is gone'));
    }
  }

  #drop(): void {
    try {
      this.#link.abort();
    } catch {
      // It was gone already, which is what was wanted.
    }
  }

  #unavailable(reason: string): AppError {
    const { engine, apiKey } = this.#options;
    return engineError('unavailable', { engine, apiKey, reason });
  }
}
