/** Which bytes a request asks for, as `ReadArtifact` takes it. */
export interface ByteRange {
  readonly offset: number;
  /** 0: to the end. */
  readonly length: number;
  /** So many bytes at the end, in place of the other two; 0: not so. */
  readonly suffixLength: number;
}

/** Where bytes are that nothing has: a range that cannot be satisfied, of which only the size is had. */
const NOWHERE = Number.MAX_SAFE_INTEGER;

/**
 * A `Range` header with a single range of bytes: `bytes=a-b`, `bytes=a-` or `bytes=-n`. Undefined means the whole: there is
 * none, it is malformed, it has several ranges or another unit, which RFC 9110 §14.2 says or allows to be ignored.
 */
export function parseRange(header: string | undefined): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const suffixLength = bounded(last);
    return { offset: suffixLength === 0 ? NOWHERE : 0, length: 0, suffixLength };
  }
  const offset = bounded(first);
  if (last === '') return { offset, length: 0, suffixLength: 0 };
  // Text, since numbers of this length are not distinct.
  if (BigInt(last) < BigInt(first)) return undefined;
  return { offset, length: Math.min(NOWHERE, bounded(last) - offset + 1), suffixLength: 0 };
}

/** The first and last byte of the answer; undefined where the whole has none of them. */
export function resolveRange(
  { offset, length, suffixLength }: ByteRange,
  totalBytes: number,
): { start: number; end: number } | undefined {
  const start = suffixLength > 0 ? Math.max(0, totalBytes - suffixLength) : offset;
  const end = length > 0 ? Math.min(start + length, totalBytes) - 1 : totalBytes - 1;
  return start < totalBytes ? { start, end } : undefined;
}

function bounded(digits: string): number {
  return Math.min(NOWHERE, Number(digits));
}
