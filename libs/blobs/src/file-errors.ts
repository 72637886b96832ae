import { AppError, type ErrorCode } from '@earshot/kernel';

const codes: Readonly<Record<string, [ErrorCode, string]>> = {
  ENOSPC: ['resource-exhausted', 'blob store is full'],
  EDQUOT: ['resource-exhausted', 'blob store is full'],
  EFBIG: ['resource-exhausted', 'blob too large for the file system'],
  EMFILE: ['resource-exhausted', 'too many open files'],
  EEXIST: ['already-exists', 'blob already exists'],
  ENOENT: ['not-found', 'no such blob'],
  ENOTDIR: ['failed-precondition', 'a blob stands where the key needs a folder'],
  EISDIR: ['failed-precondition', 'a folder stands where the key needs a blob'],
  EIO: ['unavailable', 'blob store cannot be read or written'],
};

/** The system's error code, as `ENOENT`. */
export function errnoOf(caught: unknown): string | undefined {
  return caught instanceof Error && 'code' in caught && typeof caught.code === 'string' ? caught.code : undefined;
}

/** A failed file operation on `key`, as an AppError. */
export function fileError(caught: unknown, key: string): AppError {
  const known = caught instanceof AppError ? undefined : codes[errnoOf(caught) ?? ''];
  return known ? new AppError(known[0], known[1], { cause: caught, fields: { key } }) : AppError.from(caught);
}
