import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type ErrorCode, type Log } from '@earshot/kernel';
import { NotNow } from '../actions/call-joiner.ts';
import { BadRequest } from '../contract/problems.ts';
import { Refused } from './refused.ts';
import { TooMany } from './too-many.ts';

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

/** What is not the client's fault is answered in these words: those of what failed are for the log. */
const ownWords: Readonly<Partial<Record<ErrorCode, string>>> = {
  unavailable: 'Earshot is not available at this moment. Try again.',
  'deadline-exceeded': 'Earshot did not answer in time. Try again.',
  cancelled: 'The request was cancelled.',
  internal: 'Internal error.',
};

/** When to try again, in seconds, where nobody knows better. */
const retryAfterSeconds: Readonly<Partial<Record<ErrorCode, number>>> = {
  unavailable: 1,
  'deadline-exceeded': 5,
  'resource-exhausted': 10,
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
    // Whoever hangs up in the middle of a request is not there to be answered, and nothing has failed.
    const hasGone = request.raw.destroyed && (caught as NodeJS.ErrnoException | undefined)?.code === 'ECONNRESET';
    const error = hasGone ? new AppError('cancelled', 'the client has gone') : AppError.from(caught);
    const status = httpByCode[error.code];
    if (status >= 500)
      log.error('request failed', { route: request.routeOptions.url, code: error.code, error: error.cause ?? error });
    const retryAfter = error instanceof TooMany ? error.retryAfterSeconds : retryAfterSeconds[error.code];
    if (retryAfter !== undefined) reply.header('Retry-After', String(retryAfter));
    const isForClient = error instanceof NotNow || ownWords[error.code] === undefined;
    await reply.code(status).send({ message: isForClient ? sentence(error.message) : ownWords[error.code] });
  };
}

/** What the HTTP layer itself refused: not JSON, too large, wrong media type. */
function malformedRequest(caught: unknown): { status: number; message: string } | undefined {
  if (caught instanceof Refused) return caught;
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
  if (code === 'FST_ERR_BAD_URL')
    return { status: 400, message: 'The address is not percent-encoded as it should be.' };
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return { status: 414, message: 'The address is too long.' };
  if (code?.startsWith('FST_') && statusCode && statusCode < 500) {
    return { status: statusCode, message: (caught as Error).message };
  }
  return undefined;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
