import type { Egress } from '@earshot/egress';
import { RATE, type LiveFrame } from '../domain/live-frame.ts';
import { AppError, backoff, jitter, SECOND, swallow, type BotId, type Clock, type Log } from '@earshot/kernel';

/** What is kept for a socket that is away or slow: ten seconds of PCM. */
const KEPT_BYTES = 10 * 48_000 * 2;
/** What is handed to the socket before it has taken the rest; more would only hide from us how slow it is. */
const AHEAD_BYTES = 64 * 1024;
const CLOSE_WAIT_MS = 5 * SECOND;
/** A socket that lives this long has earned a quick reconnect. */
const SETTLED_MS = 5 * SECOND;
const PING_MS = 15 * SECOND;
const NORMAL = 1000; // RFC 6455, 7.4.1
const GOING_AWAY = 1001;

type Socket = ReturnType<Egress['webSocket']>;

export interface LiveAudioSocketOptions {
  readonly url: string;
  readonly botId: BotId;
  /** Where the first frame will lie, in samples of the recording. */
  readonly startSample: number;
  /** Whether an earlier process had the meeting, and a socket of its own. */
  readonly isResumed: boolean;
  readonly egress: Pick<Egress, 'webSocket'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Hands the mix to the customer's socket as it is made; whatever the customer does, nobody else has to wait for it. */
export class LiveAudioSocket implements AsyncDisposable {
  readonly url: string;
  readonly #options: LiveAudioSocketOptions;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #socket: Socket | undefined;
  #frames: LiveFrame[] = [];
  /** Where the frame after the last one taken lies. */
  #nextAt: number;
  #isResumed: boolean;
  #bytes = 0;
  #droppedFrames = 0;
  #isDropping = false;
  #whenEmpty: (() => void) | undefined;
  #finishing: Promise<void> | undefined;

  constructor(options: LiveAudioSocketOptions) {
    this.#options = options;
    this.url = options.url;
    this.#nextAt = options.startSample;
    this.#isResumed = options.isResumed;
    this.#running = this.#run();
  }

  /** Frames that were given up because the socket was away or too slow. */
  get droppedFrames(): number {
    return this.#droppedFrames;
  }

  send(frame: LiveFrame): void {
    if (this.#stopping.signal.aborted) return;
    this.#frames.push(frame);
    this.#nextAt = frame.at + frame.samples;
    this.#bytes += frame.bytes.length;
    this.#pump();
    while (this.#bytes > KEPT_BYTES) this.#drop();
  }

  /** The bot has left: sends what is kept, for at most five seconds, and closes with 1000. */
  finish(): Promise<void> {
    this.#finishing ??= this.#finish();
    return this.#finishing;
  }

  /** This process ends, the visit does not: the next one connects again. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end(GOING_AWAY);
  }

  async #finish(): Promise<void> {
    const { clock } = this.#options;
    const sent = new Promise<void>((resolve) => (this.#whenEmpty = resolve));
    this.#pump();
    const waiting = new AbortController();
    await Promise.race([sent, this.#running, clock.sleep(CLOSE_WAIT_MS, waiting.signal).catch(() => {})]);
    waiting.abort();
    await this.#end(NORMAL);
  }

  async #end(code: number): Promise<void> {
    const { botId, clock, log } = this.#options;
    if (this.#stopping.signal.aborted) return this.#running;
    if (this.#droppedFrames > 0) log.warn('live audio was dropped', { botId, frames: this.#droppedFrames });
    this.#stopping.abort(new AppError('cancelled', 'live audio has ended'));
    const socket = this.#socket;
    if (socket && socket.readyState === socket.OPEN) {
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.close(code);
      const waiting = new AbortController();
      await Promise.race([closed, clock.sleep(SECOND, waiting.signal).catch(() => {})]);
      waiting.abort();
    }
    socket?.terminate();
    await this.#running;
  }

  #drop(): void {
    const frame = this.#frames.shift();
    if (!frame) return;
    this.#bytes -= frame.bytes.length;
    this.#droppedFrames++;
    if (!this.#isDropping) this.#options.log.warn('live audio socket is away or slow', { botId: this.#options.botId });
    this.#isDropping = true;
  }

  #pump(): void {
    const socket = this.#socket;
    if (!socket || socket.readyState !== socket.OPEN) return;
    while (socket.bufferedAmount < AHEAD_BYTES) {
      const frame = this.#frames.shift();
      if (!frame) break;
      this.#bytes -= frame.bytes.length;
      socket.send(frame.bytes, () => this.#pump());
    }
    if (this.#frames.length > 0) return;
    this.#isDropping = false;
    if (socket.bufferedAmount === 0) this.#whenEmpty?.();
  }

  async #run(): Promise<void> {
    const { clock, log, botId } = this.#options;
    const { signal } = this.#stopping;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const from = clock.now();
      try {
        await this.#connectOnce();
      } catch (error) {
        if (error instanceof AppError && error.code === 'invalid-argument') {
          // The address will never do: nobody waits for it.
          log.warn('live audio has nowhere to go', { botId, reason: error.message });
          this.#stopping.abort(error);
          return;
        }
        if (attempt === 0) log.warn('live audio socket failed', { botId, reason: (error as Error).message });
      }
      if (clock.now() - from > SETTLED_MS) attempt = 0;
      const pause = jitter(backoff(attempt, { baseMs: 100, maxMs: 5 * SECOND }));
      await clock.sleep(pause, signal).catch((error: unknown) => swallow(log, error, 'stopping ends the pause'));
    }
  }

  /** One connection from its beginning to its end. Rejects when there was none. */
  async #connectOnce(): Promise<void> {
    const { url, botId, egress } = this.#options;
    const connecting = new AbortController();
    const socket = egress.webSocket(url, { signal: connecting.signal });
    this.#socket = socket;
    const closed = new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('close', () => resolve());
    });
    // After an end, nobody may be waiting; and an end while connecting is an error of its own.
    closed.catch(() => {});
    socket.on('error', () => {});
    socket.on('message', () => {}); // acknowledgements and whatever else it says
    const stopWatching = this.#watch(socket);
    const giveUp = () => {
      if (socket.readyState === socket.CONNECTING) connecting.abort();
    };
    this.#stopping.signal.addEventListener('abort', giveUp, { once: true });
    if (this.#stopping.signal.aborted) giveUp();
    socket.once('open', () => {
      const ready = { type: 'ready', bot_id: botId, message: 'Ready to receive messages' };
      socket.send(JSON.stringify({ ...ready, ...this.#place() }));
      this.#isResumed = true;
      this.#pump();
    });
    try {
      await closed;
    } finally {
      stopWatching();
      this.#stopping.signal.removeEventListener('abort', giveUp);
    }
  }

  /** Where what follows lies, unless it is a meeting's beginning: then the message is as it is documented. */
  #place(): { resumed?: true; sample_position?: number; start_time?: number } {
    const at = this.#frames[0]?.at ?? this.#nextAt;
    if (!this.#isResumed && at === 0) return {};
    return { ...(this.#isResumed && { resumed: true }), sample_position: at, start_time: at / RATE };
  }

  /** Ends a connection whose far side has vanished without a word. */
  #watch(socket: Socket): () => void {
    const { clock } = this.#options;
    const stop = new AbortController();
    let heard = true;
    socket.on('pong', () => (heard = true));
    void (async () => {
      while (!stop.signal.aborted) {
        await clock.sleep(PING_MS, stop.signal);
        if (socket.readyState !== socket.OPEN) continue;
        if (!heard) return socket.terminate();
        heard = false;
        socket.ping();
      }
    })().catch(() => {});
    return () => stop.abort();
  }
}
