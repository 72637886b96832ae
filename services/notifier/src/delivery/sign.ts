import { createHmac } from 'node:crypto';
import { SECOND } from '@earshot/kernel';

export const SECRET_PREFIX = 'whsec_';

export interface Signable {
  readonly messageId: string;
  readonly body: Uint8Array;
  /** The time of this attempt, milliseconds since 1970. */
  readonly at: number;
}

/**
 * The headers that prove a message is ours: those of Standard Webhooks 1.0.0 (key: the bytes behind `whsec_`; a
 * signature by each valid secret, the newest first), and beside them the public API's own `X-MeetStream-*` (key: the
 * secret as it is shown; the time is not signed). The latter has room for one signature: the oldest valid secret's, so
 * that a receiver goes on understanding it until the overlap ends.
 */
export function sign(secrets: readonly string[], { messageId, body, at }: Signable): Record<string, string> {
  const seconds = String(Math.floor(at / SECOND));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${messageId}.${seconds}.`).update(body).digest('base64')}`;
  });
  const oldest = secrets.at(-1) ?? '';
  return {
    'webhook-id': messageId,
    'webhook-timestamp': seconds,
    'webhook-signature': signatures.join(' '),
    'x-meetstream-signature': `sha256=${createHmac('sha256', oldest).update(body).digest('hex')}`,
    'x-meetstream-timestamp': new Date(at).toISOString(),
  };
}
