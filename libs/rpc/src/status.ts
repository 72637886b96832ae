import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { AppError, type ErrorCode } from '@earshot/kernel';

/** The one place where our codes meet gRPC's. */
const statusByCode: Readonly<Record<ErrorCode, status>> = {
  'invalid-argument': status.INVALID_ARGUMENT,
  'not-found': status.NOT_FOUND,
  'already-exists': status.ALREADY_EXISTS,
  'failed-precondition': status.FAILED_PRECONDITION,
  unauthenticated: status.UNAUTHENTICATED,
  'permission-denied': status.PERMISSION_DENIED,
  'resource-exhausted': status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  'deadline-exceeded': status.DEADLINE_EXCEEDED,
  cancelled: status.CANCELLED,
  internal: status.INTERNAL,
};

const codeByStatus = new Map(Object.entries(statusByCode).map(([code, grpc]) => [grpc, code as ErrorCode]));

/** Marks an answer whose text is a handler's own, and not gRPC's about a connection, an address or a size. */
const OWN_WORDS = 'earshot-error';

export interface StatusAnswer {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
}

/** The status that the caller gets: an `internal` error's own text stays in our log. */
export function toStatus(error: AppError): StatusAnswer {
  const metadata = new Metadata();
  metadata.set(OWN_WORDS, error.code);
  const details = error.code === 'internal' ? 'internal error' : error.message;
  return { code: statusByCode[error.code], details, metadata };
}

/**
 * What a failed call means to us. gRPC's other codes (ABORTED, DATA_LOSS ...) are `internal`, and so is its own
 * RESOURCE_EXHAUSTED: a message that is too large is one however often it is sent. gRPC's own text, which names inner
 * addresses, is in the cause only.
 */
export function fromServiceError(error: ServiceError): AppError {
  const code = codeByStatus.get(error.code) ?? 'internal';
  const isOwn = error.metadata?.get(OWN_WORDS).length > 0;
  if (isOwn) return new AppError(code, error.details || code, { cause: error });
  if (code === 'resource-exhausted') return new AppError('internal', 'internal error', { cause: error });
  return new AppError(code, wordsByCode[code] ?? 'the call was refused', { cause: error });
}

/** Whether a failed call was answered so by the service itself, and not by gRPC about the way there. */
export function isAnswerOfService(error: unknown): boolean {
  const cause = error instanceof AppError ? (error.cause as Partial<ServiceError> | undefined) : undefined;
  return (cause?.metadata?.get(OWN_WORDS).length ?? 0) > 0;
}

const wordsByCode: Readonly<Partial<Record<ErrorCode, string>>> = {
  unavailable: 'the service cannot be reached',
  'deadline-exceeded': 'the service did not answer in time',
  cancelled: 'the call was cancelled',
  internal: 'internal error',
};
