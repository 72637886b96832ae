import { SECOND, type Clock } from '@earshot/kernel';
import { MAX_QUEUED_MS } from '../domain/bot-voice.ts';
import { TokenBucket } from './token-bucket.ts';

/** Audio of the largest form as it comes in a message, bytes a second: 48 kHz, two channels, 16 bits, base64. */
const AUDIO_BYTES = (48_000 * 2 * 2 * 4) / 3;
/** How much faster than it sounds a customer may send for long. What a queue of 60 s has no room for is refused anyway. */
const SPEED = 4;
const QUEUE_SECONDS = MAX_QUEUED_MS / SECOND;
/** Chunks of 20 ms are fifty a second. */
const MESSAGES = 50;
/** Smaller ones are counted and not weighed: an interruption has to get through. */
const SMALL_BYTES = 4 * 1024;
/** Of errors that are answered. */
const ERRORS_PER_SECOND = 10;

/**
 * What one customer may make a joiner work for. All bots of a joiner share its event loop: a message is read by JSON and base64 and
 * resampled there, up to 10 ms for each second of audio, so that one who floods would hold up everybody's voice, which is due each 20 ms.
 * What is beyond is dropped unread. Four times as fast as it sounds, and a whole queue at once, is more than any agent needs.
 */
export class Budget {
  readonly #bytes: TokenBucket;
  readonly #messages: TokenBucket;
  readonly #errors: TokenBucket;

  constructor(clock: Pick<Clock, 'monotonicNow'>) {
    const bucket = (perSecond: number, burst: number) => new TokenBucket({ perSecond, burst, clock });
    this.#bytes = bucket(SPEED * AUDIO_BYTES, QUEUE_SECONDS * AUDIO_BYTES);
    this.#messages = bucket(SPEED * MESSAGES, QUEUE_SECONDS * MESSAGES);
    this.#errors = bucket(ERRORS_PER_SECOND, 2 * ERRORS_PER_SECOND);
  }

  /** Whether a message of so many bytes may be read. */
  admits(bytes: number): boolean {
    return this.#messages.take() && (bytes <= SMALL_BYTES || this.#bytes.take(bytes));
  }

  /** Whether what costs as much as so many seconds of audio may be done as well. */
  admitsWork(seconds: number): boolean {
    return this.#bytes.take(seconds * AUDIO_BYTES);
  }

  /** Whether one more error may be answered. */
  admitsError(): boolean {
    return this.#errors.take();
  }
}
