import type { LiveMessage } from './live-buffer.ts';

/** Nothing when it went well, else why not: a short word for the log. */
export type Failure = string | undefined;

/** The way to one live address. */
export interface LiveChannel {
  /** Makes the way usable, as far as it can be without a message. */
  ready(signal: AbortSignal): Promise<Failure>;
  send(message: LiveMessage, signal: AbortSignal): Promise<Failure>;
  /** Ends the way in good order. */
  close(): Promise<void>;
  /** How long a final is tried for, in milliseconds since it was queued. */
  readonly finalsWaitMs: number;
}
