import { createHmac, timingSafeEqual } from 'node:crypto';

/** Headers as Node's http server has them, or as fetch has them. */
export type WebhookHeaders =
  Readonly<Record<string, string | readonly string[] | undefined>> | { get(name: string): string | null };

export interface VerifyOptions {
  readonly headers: WebhookHeaders;
  /** The body byte for byte as it came: parsing and printing it again changes it. */
  readonly body: string | Uint8Array;
  /** `whsec_...`; during a rotation several, of which any may have signed. */
  readonly secret: string | readonly string[];
  /** How far the signed time may be from now, either way, in milliseconds; five minutes unless told. */
  readonly toleranceMs?: number;
  /** Milliseconds since 1970; the system's time unless told. */
  readonly now?: number;
}

/** A message that is proved to be from Earshot, to this receiver, and recent. */
export interface VerifiedWebhook {
  /** Stays the same when a message is sent again: what was handled under it need not be handled twice. */
  readonly messageId: string;
  /** When this attempt was made. */
  readonly sentAt: Date;
  /** The body, parsed. */
  readonly payload: unknown;
}

/**
 * missing-header: not a signed message. stale: its time is too far from ours. wrong-signature: changed on the way, or
 * signed with another secret. not-json: signed, and yet no JSON. unusable-secret: the caller's own mistake.
 */
export type VerificationFailure = 'missing-header' | 'stale' | 'wrong-signature' | 'not-json' | 'unusable-secret';

export class WebhookVerificationError extends Error {
  override name = 'WebhookVerificationError';
  readonly reason: VerificationFailure;

  constructor(reason: VerificationFailure, message: string) {
    super(message);
    this.reason = reason;
  }
}

const SECOND_MS = 1000;
const TOLERANCE_MS = 5 * 60 * SECOND_MS; // the reference libraries' of Standard Webhooks 1.0.0
const SHORTEST_SECRET_BYTES = 24; // Standard Webhooks 1.0.0

/** Checks a message against Standard Webhooks 1.0.0 and gives what it says. Throws `WebhookVerificationError`. */
export function verifyWebhook(options: VerifyOptions): VerifiedWebhook {
  const { body, secret, toleranceMs = TOLERANCE_MS, now = Date.now() } = options;
  const keys = [secret].flat().map(keyOf);
  const messageId = headerOf(options.headers, 'webhook-id');
  const timestamp = headerOf(options.headers, 'webhook-timestamp');
  const signatures = headerOf(options.headers, 'webhook-signature');

  const sentAt = Number(timestamp) * SECOND_MS;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - sentAt) > toleranceMs) {
    throw new WebhookVerificationError('stale', 'the signed time is not near the present');
  }
  const given = signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice('v1,'.length), 'base64'));
  const isSigned = keys.some((key) => {
    const expected = createHmac('sha256', key).update(`${messageId}.${timestamp}.`).update(body).digest();
    return given.some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected));
  });
  if (!isSigned) throw new WebhookVerificationError('wrong-signature', 'no signature fits the message');
  return { messageId, sentAt: new Date(sentAt), payload: parse(body) };
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (key.length >= SHORTEST_SECRET_BYTES) return key;
  throw new WebhookVerificationError('unusable-secret', 'the secret must be whsec_ and base64 of 24 bytes or more');
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = isFetchHeaders(headers) ? headers.get(name) : valueOf(headers, name);
  const text = typeof value === 'string' ? value : value?.join(' ');
  if (text) return text;
  throw new WebhookVerificationError('missing-header', `the header ${name} is missing`);
}

function isFetchHeaders(headers: WebhookHeaders): headers is { get(name: string): string | null } {
  return typeof headers['get'] === 'function';
}

/** Header names have no case; a framework may keep the sender's. */
function valueOf(headers: Readonly<Record<string, string | readonly string[] | undefined>>, name: string) {
  return headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

function parse(body: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString('utf8'));
  } catch {
    throw new WebhookVerificationError('not-json', 'the body is not JSON');
  }
}
