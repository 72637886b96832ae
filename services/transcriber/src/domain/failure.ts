import { AppError, type ErrorCode } from '@earshot/kernel';

/** Asking the same again cannot help: the key, the options or the audio are refused. */
const refusals: readonly ErrorCode[] = [
  'invalid-argument',
  'unauthenticated',
  'permission-denied',
  'failed-precondition',
  'not-found',
];

export function isRefusal(error: AppError): boolean {
  return refusals.includes(error.code);
}

/** Why a transcript failed, for its owner: our text and the provider's. */
export function describeFailure(error: AppError): string {
  const { reason } = error.fields;
  return typeof reason === 'string' && reason !== '' ? `${error.message}: ${reason}` : error.message;
}

/** A bot's options as its owner gave them. Throws `invalid-argument`. */
export function parseOptions(optionsJson: string): Record<string, unknown> {
  let options: unknown;
  try {
    options = JSON.parse(optionsJson || '{}');
  } catch {
    options = undefined;
  }
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) {
    return options as Record<string, unknown>;
  }
  throw new AppError('invalid-argument', 'the options of the speech engine are no JSON object');
}
