import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { SECOND } from '@earshot/kernel';

export const SECRET_PREFIX = 'whsec_';

export interface Signable {
  readonly messageId: string;
  readonly body: Uint8Array;
  /** The time of this attempt, milliseconds since 1970. */
  readonly at: number;
}

/** A secret made ready to sign with: what a key costs to make is several times what a signature does. */
export interface SigningKey {
  /** Of Standard Webhooks: the bytes behind `whsec_`. */
  readonly standard: KeyObject;
  /** Of the public API: the secret as it is shown. */
  readonly compatible: KeyObject;
}

export function signingKey(secret: string): SigningKey {
  return {
    standard: createSecretKey(Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')),
    compatible: createSecretKey(Buffer.from(secret)),
  };
}

/**
 * The headers that prove a message is ours: those of Standard Webhooks 1.0.0 (a signature by each valid secret, the
 * newest first), and beside them the public API's own `X-MeetStream-*` (the time is not signed). The latter has room for
 * one signature: the oldest valid secret's, so that a receiver goes on understanding it until the overlap ends.
 */
export function sign(keys: readonly SigningKey[], { messageId, body, at }: Signable): Record<string, string> {
  const seconds = String(Math.floor(at / SECOND));
  const signatures = keys.map(
    ({ standard }) =>
      `v1,${createHmac('sha256', standard).update(`${messageId}.${seconds}.`).update(body).digest('base64')}`,
  );
  const oldest = keys.at(-1)?.compatible ?? '';
  return {
    'webhook-id': messageId,
    'webhook-timestamp': seconds,
    'webhook-signature': signatures.join(' '),
    'x-meetstream-signature': `sha256=${createHmac('sha256', oldest).update(body).digest('hex')}`,
    'x-meetstream-timestamp': new Date(at).toISOString(),
  };
}
