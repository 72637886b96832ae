import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FaultKind } from '../faults.ts';
import type { Refusal } from '../http.ts';

export function isAuthorised(headers: IncomingHttpHeaders, key: string): boolean {
  const [scheme = '', given] = (headers.authorization ?? '').split(' ');
  return /^(token|bearer)$/i.test(scheme) && given === key;
}

/** A refusal as Deepgram words it; a handshake's reason is in the headers too, since browsers and SDKs drop the body. */
export function refusal(status: number, code: string, message: string): Refusal {
  const requestId = randomUUID();
  return {
    status,
    headers: { 'dg-request-id': requestId, 'dg-error': message },
    body: { err_code: code, err_msg: message, request_id: requestId },
  };
}

export const badKey = (): Refusal => refusal(401, 'INVALID_AUTH', 'Invalid credentials.');

/** The refusal a fault stands for, when it is one that refuses. */
export function refusalFor(kind: FaultKind | undefined): Refusal | undefined {
  if (kind === 'bad-key') return badKey();
  if (kind === 'rate-limited') return refusal(429, 'TOO_MANY_REQUESTS', 'Too many requests. Please try again later');
  if (kind === 'bad-request') return refusal(400, 'Bad Request', 'Bad Request: failed to load model nova-9');
  if (kind === 'server-error') return refusal(503, 'SERVICE_UNAVAILABLE', 'Service temporarily unavailable.');
  return;
}
