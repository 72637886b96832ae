import { AppError } from '@earshot/kernel';

/** Classes of PostgreSQL's SQLSTATE that say: try again. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const transientStates = /^(08|40|53|57P)/;

/** Node's codes of a server that cannot be reached, at this moment at least. */
const unreachable = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)/;

/** What a failed statement means to a caller; anything that is not the database's passes unchanged. */
export function translate(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const code = (error as { code?: unknown }).code;
  const transient =
    (typeof code === 'string' && (transientStates.test(code) || unreachable.test(code))) ||
    /connection terminated|timeout acquiring a connection|timeout expired|connection ended/i.test(error.message);
  return transient ? new AppError('unavailable', 'the database is not available', { cause: error }) : error;
}

/** Whether a statement failed because a row with the same unique key exists. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === '23505';
}
