import type { IncomingHttpHeaders } from 'node:http';
import type { FaultKind } from '../faults.ts';
import type { Refusal } from '../http.ts';

/** The key comes bare, without a scheme. */
export function isAuthorised(headers: IncomingHttpHeaders, key: string): boolean {
  return headers.authorization === key;
}

export const badKey = (): Refusal => ({
  status: 401,
  body: { error: 'Authentication error, API token missing/invalid' },
});
export const badRequest = (error: string): Refusal => ({ status: 400, body: { error } });

/** The refusal a fault stands for, when it is one that refuses. */
export function refusalFor(kind: FaultKind | undefined): Refusal | undefined {
  if (kind === 'bad-key') return badKey();
  if (kind === 'rate-limited')
    return { status: 429, headers: { 'retry-after': '1' }, body: { error: 'Too many requests' } };
  if (kind === 'server-error') return { status: 503, body: { error: 'Service unavailable' } };
  return;
}

/** Close codes of Universal-Streaming v3: https://www.assemblyai.com/docs/streaming/common-session-errors-and-closures */
export const closures = {
  unauthorised: { code: 1008, error: 'Unauthorized Connection: invalid or missing API key' },
  serverError: { code: 3005, error: 'Server error' },
  invalidMessage: { code: 3006, error: 'Invalid message' },
  sessionLimit: { code: 3008, error: 'Session Expired: maximum session duration exceeded' },
  noRoom: { code: 1008, error: 'Unauthorized connection: Too many concurrent sessions' },
  garbledKey: { code: 1008, error: 'Unauthorized connection: Incorrect padding' },
  tooManySessions: { code: 3009, error: 'Too many concurrent sessions' },
} as const;

export interface Closure {
  code: number;
  error: string;
}

/** A stream is refused after its handshake, with an Error message and a close code. */
export function closureFor(kind: FaultKind | undefined): Closure | undefined {
  if (kind === 'bad-key') return closures.unauthorised;
  if (kind === 'rate-limited') return closures.tooManySessions;
  if (kind === 'server-error') return closures.serverError;
  if (kind === 'no-room') return closures.noRoom;
  if (kind === 'garbled-key') return closures.garbledKey;
  return;
}
