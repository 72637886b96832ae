import type { FaultKind } from '../faults.ts';
import type { Refusal } from '../http.ts';

export interface ErrorDetails {
  type?: string;
  code?: string | null;
  param?: string | null;
}

/** An error as all of OpenAI's calls answer it. */
export function refusal(status: number, message: string, details: ErrorDetails = {}): Refusal {
  const { type = 'invalid_request_error', code = null, param = null } = details;
  return { status, body: { error: { message, type, param, code } } };
}

export function badKey(): Refusal {
  return refusal(401, 'Incorrect API key provided.', { code: 'invalid_api_key' });
}

/** The answer to a fault that shows in the status; undefined for the others. */
export function refusalFor(fault: FaultKind | undefined): Refusal | undefined {
  if (fault === 'bad-key') return badKey();
  if (fault === 'rate-limited')
    return refusal(429, 'Rate limit reached for requests', { type: 'requests', code: 'rate_limit_exceeded' });
  if (fault === 'server-error')
    return refusal(500, 'The server had an error while processing your request', { type: 'server_error' });
  return;
}
