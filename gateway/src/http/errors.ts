import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type ErrorCode, type Log } from '@earshot/kernel';
import { BadRequest } from '../contract/problems.ts';

/** The one place where our words meet HTTP's. */
const httpByCode: Readonly<Record<ErrorCode, number>> = {
  'invalid-argument': 400,
  'not-found': 404,
  'already-exists': 409,
  'failed-precondition': 409,
  unauthenticated: 401,
  'permission-denied': 403,
  'resource-exhausted': 429,
  unavailable: 503,
  'deadline-exceeded': 504,
  cancelled: 499,
  internal: 500,
};

/** Turns whatever a handler threw into the public error body: `{message}`, and `errors` by field for a bad request. */
export function createErrorHandler(log: Log) {
  return async (caught: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (caught instanceof BadRequest) {
      await reply.code(400).send({ message: caught.message, errors: caught.problems });
      return;
    }
    const malformed = malformedRequest(caught);
    if (malformed) {
      await reply.code(malformed.status).send({ message: malformed.message });
      return;
    }
    const error = AppError.from(caught);
    const status = httpByCode[error.code];
    if (status >= 500)
      log.error('request failed', { route: request.routeOptions.url, code: error.code, error: error.cause ?? error });
    if (status === 503) reply.header('Retry-After', '1');
    await reply.code(status).send({ message: status === 500 ? 'Internal error.' : sentence(error.message) });
  };
}

/** What the HTTP layer itself refused: not JSON, too large, wrong media type. */
function malformedRequest(caught: unknown): { status: number; message: string } | undefined {
  const { code, statusCode } = (caught ?? {}) as Partial<FastifyError>;
  if (
    caught instanceof SyntaxError ||
    code === 'FST_ERR_CTP_INVALID_JSON_BODY' ||
    code === 'FST_ERR_CTP_EMPTY_JSON_BODY'
  ) {
    return { status: 400, message: 'The body is not valid JSON.' };
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return { status: 415, message: 'The Content-Type must be application/json.' };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { status: 413, message: 'The body is too large.' };
  if (code?.startsWith('FST_') && statusCode && statusCode < 500) {
    return { status: statusCode, message: (caught as Error).message };
  }
  return undefined;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
