import { closeCode, CustomerSocket, type Egress } from '@earshot/egress';
import { SECOND, type BotId, type Clock, type Log } from '@earshot/kernel';
import { RATE, type LiveFrame } from '../domain/live-frame.ts';

/** What is kept for a socket that is away or slow: ten seconds of PCM; of separate voices, of so many who speak at once. */
const KEPT_BYTES = 10 * 48_000 * 2;
const VOICES = 4;
const FLUSH_MS = 5 * SECOND;
const STALL_MS = 15 * SECOND;

export interface LiveAudioSocketOptions {
  readonly url: string;
  readonly botId: BotId;
  /** Where the first frame will lie, in samples of the recording. */
  readonly startSample: number;
  /** Whether an earlier process had the meeting, and a socket of its own. */
  readonly isResumed: boolean;
  /** Each voice by itself, from where it begins. */
  readonly isSeparate: boolean;
  readonly egress: Pick<Egress, 'webSocket'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Sends live audio to the customer's socket as it is made; the ready frame of each connection has where it goes on. */
export class LiveAudioSocket implements AsyncDisposable {
  readonly url: string;
  readonly #botId: BotId;
  readonly #socket: CustomerSocket<LiveFrame>;
  /** Where the frame after the last one taken lies. */
  #nextAt: number;
  #isResumed: boolean;
  readonly #isSeparate: boolean;
  #finishing: Promise<void> | undefined;

  constructor({ url, botId, startSample, isResumed, isSeparate, egress, clock, log }: LiveAudioSocketOptions) {
    this.url = url;
    this.#botId = botId;
    this.#nextAt = startSample;
    this.#isResumed = isResumed;
    this.#isSeparate = isSeparate;
    const maxQueuedBytes = isSeparate ? VOICES * KEPT_BYTES : KEPT_BYTES;
    this.#socket = new CustomerSocket({
      ...{ url, egress, clock, maxQueuedBytes, stallMs: STALL_MS },
      log: log.child({ botId, socket: 'live audio' }),
      toReadyFrame: (next) => this.#toReadyFrame(next),
      onReady: () => (this.#isResumed = true),
    });
  }

  /** Frames that were dropped because the socket was away or too slow. */
  get droppedFrames(): number {
    return this.#socket.droppedFrames;
  }

  send(frame: LiveFrame): void {
    this.#nextAt = Math.max(this.#nextAt, frame.at + frame.samples);
    this.#socket.send(frame);
  }

  /** The bot has left: sends what is kept, for at most five seconds, and closes with 1000. */
  finish(): Promise<void> {
    this.#finishing ??= this.#socket.flush(FLUSH_MS).then(() => this.#socket.close(closeCode.normal));
    return this.#finishing;
  }

  /** This process ends, the visit does not: the next one connects again. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]();
  }

  /** Where what follows lies, unless it is a meeting's beginning: then the message is as it is documented. */
  #toReadyFrame(next: LiveFrame | undefined): string {
    const ready = { type: 'ready', bot_id: this.#botId, message: 'Ready to receive messages' };
    const at = next?.at ?? this.#nextAt;
    const isWhole = this.#isSeparate ? this.droppedFrames === 0 : at === 0;
    if (!this.#isResumed && isWhole) return JSON.stringify(ready);
    const place = { sample_position: at, start_time: at / RATE };
    return JSON.stringify({ ...ready, ...(this.#isResumed && { resumed: true }), ...place });
  }
}
