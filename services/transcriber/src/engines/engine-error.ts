import { AppError, type ErrorCode } from '@earshot/kernel';

export interface EngineFailure {
  engine: string;
  /** The provider's text; the key is taken out of it. */
  reason: string | undefined;
  /** Empty where none is needed. */
  apiKey: string;
  status?: number;
  closeCode?: number;
}

const messages: Partial<Record<ErrorCode, string>> = {
  'invalid-argument': 'the speech provider refused the request',
  unauthenticated: 'the speech provider refused the key',
  'resource-exhausted': 'the speech provider has reached a limit',
  unavailable: 'the speech provider is not available',
  internal: 'the speech provider answered something that makes no sense',
  'failed-precondition': 'the speech provider cannot read the audio',
};

const longestReason = 300;

/** An error with a static message; the provider's own text is in `fields.reason`. */
export function engineError(code: ErrorCode, failure: EngineFailure): AppError {
  const { engine, apiKey, reason, status, closeCode } = failure;
  return new AppError(code, messages[code] ?? 'the speech provider failed', {
    fields: {
      engine,
      ...(reason && { reason: withoutKey(reason, apiKey).slice(0, longestReason) }),
      ...(status !== undefined && { status }),
      ...(closeCode !== undefined && { closeCode }),
    },
  });
}

/** What an HTTP status of a provider means to us; undefined: it was never reached. */
export function codeOfStatus(status: number | undefined): ErrorCode {
  if (status === undefined || status === 408 || status >= 500) return 'unavailable';
  if (status === 401 || status === 403) return 'unauthenticated';
  if (status === 402 || status === 429) return 'resource-exhausted';
  return status >= 400 ? 'invalid-argument' : 'internal';
}

/** A handshake's status, which `ws` gives only in the text of its error. */
export function statusOfHandshake(message: string): number | undefined {
  const status = /server response: (\d{3})/.exec(message)?.[1];
  return status === undefined ? undefined : Number(status);
}

function withoutKey(text: string, apiKey: string): string {
  return apiKey === '' ? text : text.replaceAll(apiKey, '[key]');
}
