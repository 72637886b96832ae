import type { AccountId, BotId } from '@earshot/kernel';

/** pending: to be tried until it is accepted. delivered: accepted with a 2xx. dead: given up; can be redelivered. */
export type DeliveryState = 'pending' | 'delivered' | 'dead';

/** A message as it is handed in. */
export interface Message {
  /** Stable over retries: the receiver's key against repetition. */
  readonly messageId: string;
  readonly accountId: AccountId;
  readonly botId: BotId;
  readonly url: string;
  readonly body: Buffer;
  readonly contentType: string;
  readonly label: string;
  /** W3C trace context of its cause; undefined where nobody traces. */
  readonly traceparent?: string | undefined;
}

/** A stored message that is its queue's head: to be tried when due. */
export interface QueueHead extends Message {
  /** Order of storing; identifies the delivery. */
  readonly position: number;
  /** How often it was tried since it was stored, or redelivered. */
  readonly tries: number;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
  /** Nothing is sent to its address any more: it is given up instead. */
  readonly isDisabled: boolean;
}

/** Class of a failed attempt; `status` is an answer other than 2xx. */
export type AttemptError = 'blocked' | 'timeout' | 'dns' | 'connect' | 'tls' | 'reset' | 'status';

/** One try of one delivery. Times in milliseconds, `at` since 1970. */
export interface Attempt {
  readonly at: number;
  /** HTTP status; zero when there was no answer. */
  readonly status: number;
  readonly latencyMs: number;
  readonly error: AttemptError | '';
  readonly responseExcerpt: string;
  /** What the receiver asked for with Retry-After; undefined when it did not. */
  readonly retryAfterMs: number | undefined;
}

/** A delivery as lists show it. */
export interface DeliveryRecord {
  readonly messageId: string;
  readonly botId: BotId;
  readonly label: string;
  readonly url: string;
  readonly state: DeliveryState;
  readonly createdAt: number;
  /** Undefined when settled. */
  readonly nextAttemptAt: number | undefined;
  readonly attempts: readonly Omit<Attempt, 'retryAfterMs'>[];
}
