import { status, type ServiceError } from '@grpc/grpc-js';
import { AppError, type ErrorCode } from '@earshot/kernel';

/** The one place where our words meet gRPC's. */
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

export interface StatusAnswer {
  readonly code: status;
  readonly details: string;
}

/** What the caller is told: an `internal` error's own text stays in our log. */
export function toStatus(error: AppError): StatusAnswer {
  return { code: statusByCode[error.code], details: error.code === 'internal' ? 'internal error' : error.message };
}

/** What a failed call means to us. gRPC's other words (ABORTED, DATA_LOSS ...) are `internal`. */
export function fromServiceError(error: ServiceError): AppError {
  return new AppError(codeByStatus.get(error.code) ?? 'internal', error.details || error.message, { cause: error });
}
