import { AppError } from '@earshot/kernel';

/** Classes of PostgreSQL's SQLSTATE that mean: try again. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const transientStates = /^(08|40|53|57P)/;

/** Node's codes of a server that cannot be reached, at this moment at least. */
const unreachable = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)/;

/** The error that a failed statement is to a caller; anything that is not the database's passes unchanged. */
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

/** Classes of SQLSTATE that mean: not this value, however often it is tried. Data exception, constraint, program limit. */
const contentStates = /^(22|23|54)/;

/** Whether a statement failed for what it was given: an index row that is too large, a text with U+0000, a constraint. */
export function isContentError(error: unknown): boolean {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && contentStates.test(code);
}
