/** The eleven codes of an error: a small vocabulary that every transport maps once, in one table. */
export type ErrorCode =
  | 'invalid-argument'
  | 'not-found'
  | 'already-exists'
  | 'failed-precondition'
  | 'unauthenticated'
  | 'permission-denied'
  | 'resource-exhausted'
  | 'unavailable'
  | 'deadline-exceeded'
  | 'cancelled'
  | 'internal';

/** The only error our own code throws: lower case, no full stop, ids in `fields` and never in the text. */
export class AppError extends Error {
  override name = 'AppError';
  readonly code: ErrorCode;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; fields?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.fields = options.fields ?? {};
  }

  /** Normalises anything that was caught. What is not ours becomes `internal`, with the original as its cause. */
  static from(caught: unknown): AppError {
    if (caught instanceof AppError) return caught;
    if (caught instanceof Error && caught.name === 'AbortError')
      return new AppError('cancelled', 'cancelled', { cause: caught });
    if (caught instanceof Error && caught.name === 'TimeoutError') {
      return new AppError('deadline-exceeded', 'deadline exceeded', { cause: caught });
    }
    return new AppError('internal', 'internal error', { cause: caught });
  }
}

/** Whether trying the same again later can help. */
export function isRetryable(code: ErrorCode): boolean {
  return code === 'unavailable' || code === 'deadline-exceeded' || code === 'resource-exhausted' || code === 'internal';
}
