import { closeCode, CustomerSocket, type Egress } from '@earshot/egress';
import { MINUTE, SECOND, type BotId, type Clock, type Log } from '@earshot/kernel';
import { startLoop, type Background } from '@earshot/service';
import { AUDIO_BIT_RATE, AUDIO_RATE } from './live-encoder.ts';
import { HEIGHT, RATE, WIDTH } from './picture.ts';

/** What is kept for a customer who is away or slow: twenty seconds. */
const KEPT_BYTES = 4 * 1024 * 1024;
const PING_MS = 5 * SECOND;
const FLUSH_MS = 5 * SECOND;
const STALL_MS = 15 * SECOND;
/** An answer is a few words; whatever is longer is none. */
const MOST_ANSWER_BYTES = 4096;

export interface CustomerStreamOptions {
  readonly url: string;
  readonly botId: BotId;
  /** What a decoder needs before any fragment. */
  readonly init: Buffer;
  readonly egress: Pick<Egress, 'webSocket'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly onRoundTrip: (ms: number) => void;
  /** Nothing may be sent to the address: it is not tried again. */
  readonly onRefused: () => void;
}

/**
 * A live video on its way to the customer's socket. Each connection begins with the documented start and the initialization; what
 * waits too long for it is dropped, the oldest fragments first, each whole.
 */
export class CustomerStream implements AsyncDisposable {
  readonly #options: CustomerStreamOptions;
  readonly #socket: CustomerSocket;
  readonly #pinging: Background;
  readonly #ending = new AbortController();
  #seq = 0;
  #lost = 0;

  constructor(options: CustomerStreamOptions) {
    this.#options = options;
    const { url, botId, init, egress, clock } = options;
    const log = options.log.child({ botId, socket: 'live video' });
    this.#socket = new CustomerSocket({
      ...{ url, egress, clock, log, maxQueuedBytes: KEPT_BYTES, stallMs: STALL_MS },
      toReadyFrame: () => JSON.stringify(startOf(botId)),
      toHead: () => [{ bytes: init }],
      onMessage: (data, isBinary) => {
        if (!isBinary && data.length <= MOST_ANSWER_BYTES) this.#take(data.toString());
      },
    });
    void this.#socket.whenReady(this.#ending.signal).then((isReady) => {
      if (!isReady && !this.#ending.signal.aborted) options.onRefused();
    });
    this.#pinging = startLoop({
      name: 'live video pings',
      clock,
      log,
      everyMs: PING_MS,
      round: async () => this.#ping(),
    });
  }

  /** Fragments that did not go out. */
  get lostFragments(): number {
    return this.#lost;
  }

  send(fragment: Buffer): void {
    this.#socket.send({ bytes: fragment }, (outcome) => {
      if (outcome !== 'sent') this.#lost++;
    });
  }

  /** The visit is over: what waits goes out, for five seconds at most, then the end and the code 1000. */
  async finish(durationMs: number): Promise<void> {
    this.#ending.abort();
    await this.#pinging[Symbol.asyncDispose]();
    await this.#socket.flush(FLUSH_MS);
    const seconds = Math.round(durationMs / 100) / 10;
    const end = { type: 'video_stream_end', bot_id: this.#options.botId, duration_seconds: seconds };
    this.#socket.send(textOf(end));
    await this.#socket.flush(SECOND);
    await this.#socket.close(closeCode.normal);
  }

  /** This process ends, the visit does not: the next one connects again. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#pinging[Symbol.asyncDispose]();
    await this.#socket[Symbol.asyncDispose]();
  }

  #ping(): void {
    const { botId, clock } = this.#options;
    if (!this.#socket.isReady) return;
    this.#socket.send(textOf({ type: 'video_latency_ping', bot_id: botId, seq: ++this.#seq, sent_at_ms: clock.now() }));
  }

  /** Whatever a customer sends: an answer to a ping counts, everything else is nothing. */
  #take(text: string): void {
    const { clock, onRoundTrip } = this.#options;
    const answer = parsed(text);
    if (answer?.['type'] !== 'video_latency_pong') return;
    const { seq, sent_at_ms: sentAt } = answer;
    const tripMs = typeof sentAt === 'number' ? clock.now() - sentAt : -1;
    if (typeof seq !== 'number' || seq < 1 || seq > this.#seq || tripMs < 0 || tripMs > MINUTE) return;
    onRoundTrip(tripMs);
  }
}

function startOf(botId: BotId) {
  return {
    ...{ type: 'video_stream_start', bot_id: botId, codec: 'h264', audio_codec: 'aac', container: 'fmp4' },
    ...{ width: WIDTH, height: HEIGHT, framerate: RATE, audio_sample_rate: AUDIO_RATE, audio_bitrate: AUDIO_BIT_RATE },
  };
}

const textOf = (message: object) => ({ bytes: Buffer.from(JSON.stringify(message)), isText: true });

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
