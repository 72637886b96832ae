/** What a log entry has of an error: enough to find it, nothing of the data it met. */
export interface ErrorFields {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: string | number;
  readonly fields?: unknown;
  readonly cause?: ErrorFields;
}

/** Causes within causes, at most. */
const MAX_DEPTH = 5;
/** A link's query and fragment carry passcodes and tokens: only host and path are logged. */
const secretPartOfLink = /((?:https?|wss?):\/\/[^\s?#"'`<>]*)[?#][^\s"'`<>]*/gi;

/**
 * An error as a log may have it. PostgreSQL puts the failing row into `detail` and libraries hang whole requests on
 * their errors, so only named properties are logged, and links without what stands behind their path.
 */
export function errorFields(error: unknown, depth = MAX_DEPTH): unknown {
  if (typeof error === 'string') return withoutSecrets(error);
  if (!(error instanceof Error)) return error;
  return describe(error, depth);
}

function describe(error: Error, depth: number): ErrorFields {
  const { code, fields } = error as Error & { code?: unknown; fields?: unknown };
  return {
    type: error.name,
    message: withoutSecrets(error.message),
    stack: withoutSecrets(error.stack ?? ''),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(fields === undefined ? {} : { fields }),
    ...(error.cause instanceof Error && depth > 0 ? { cause: describe(error.cause, depth - 1) } : {}),
  };
}

function withoutSecrets(text: string): string {
  return text.replace(secretPartOfLink, '$1?...');
}
