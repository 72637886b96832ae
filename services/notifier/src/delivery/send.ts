import type { Egress, EgressResult } from '@earshot/egress';
import { SECOND, type Clock } from '@earshot/kernel';
import { isSuccess } from '../domain/verdict.ts';
import type { Attempt, AttemptError, Message } from '../domain/delivery.ts';
import { parseRetryAfter } from './schedule.ts';
import { sign, type SigningKey } from './sign.ts';

/** Standard Webhooks 1.0.0 asks for 15 to 30 s. */
const TIMEOUT_MS = 15 * SECOND;
const EXCERPT_BYTES = 1024;
/** A status is a verdict; what stands below it is for whoever looks into a failure, and nobody waits for it. */
const BODY_TIMEOUT_MS = SECOND;

export interface SendDeps {
  readonly egress: Pick<Egress, 'request'>;
  readonly clock: Pick<Clock, 'now'>;
  /** The account's signing keys, the newest first. */
  readonly keysOf: (accountId: string) => Promise<readonly SigningKey[]>;
}

type Sendable = Pick<Message, 'messageId' | 'accountId' | 'url' | 'body' | 'contentType'>;

/**
 * Tries one message once. Whatever the receiver does is a result. Throws `cancelled` when the signal aborts, and what
 * `keysOf` throws.
 */
export async function send(
  { egress, clock, keysOf }: SendDeps,
  message: Sendable,
  { timeoutMs = TIMEOUT_MS, signal }: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<Attempt> {
  const keys = await keysOf(message.accountId);
  const at = clock.now();
  const result = await egress.request({
    url: message.url,
    method: 'POST',
    headers: {
      'content-type': message.contentType,
      'user-agent': 'Earshot',
      ...sign(keys, { messageId: message.messageId, body: message.body, at }),
    },
    body: message.body,
    timeoutMs,
    maxResponseBytes: EXCERPT_BYTES,
    bodyTimeoutMs: BODY_TIMEOUT_MS,
    signal,
  });
  return { at, ...outcomeOf(result, clock.now()) };
}

function outcomeOf(result: EgressResult, now: number): Omit<Attempt, 'at'> {
  const { latencyMs } = result;
  if (result.kind === 'failed') {
    const error: AttemptError = result.reason === 'too-large' ? 'reset' : result.reason;
    return { status: 0, latencyMs, error, responseExcerpt: result.message, retryAfterMs: undefined };
  }
  return {
    status: result.status,
    latencyMs,
    error: isSuccess(result.status) ? '' : 'status',
    // PostgreSQL's text holds every character but this one.
    responseExcerpt: result.bodyExcerpt.replaceAll('\0', ''),
    retryAfterMs: parseRetryAfter(result.headers['retry-after'], now),
  };
}
