import type { Readable } from 'node:stream';

/** What is known of a blob from its place alone. */
export interface BlobEntry {
  readonly key: string;
  /** Bytes of the whole blob. */
  readonly size: number;
  readonly modifiedAtMs: number;
}

export interface BlobInfo extends BlobEntry {
  readonly contentType: string;
}

/** Part of a blob, as in HTTP: both ends are included, and an `end` beyond the last byte means the last byte. */
export interface ByteRange {
  readonly start?: number;
  readonly end?: number;
}

/** A blob, or part of one, being read. */
export interface BlobRead extends BlobInfo {
  /** Must be consumed or destroyed; stays readable when the blob is deleted meanwhile. */
  readonly stream: Readable;
  /** The bytes the stream gives: `start` to `end`, both included. */
  readonly start: number;
  readonly end: number;
}

export interface PutOptions {
  readonly contentType: string;
  /** True by default: a key that exists is refused with `already-exists`. False replaces, atomically. */
  readonly ifAbsent?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Storage of recordings and transcripts. Keys are paths of letters, digits and `._-`; any other is refused with
 * `invalid-argument`.
 */
export interface BlobStore {
  /**
   * Durable once it resolves; nothing is visible before. A full store gives `resource-exhausted`. An error of the body
   * passes through as it is.
   */
  put(key: string, body: Uint8Array | AsyncIterable<Uint8Array>, options: PutOptions): Promise<BlobInfo>;
  /** Gives `not-found`, or `invalid-argument` for a range that begins beyond the end. */
  get(key: string, range?: ByteRange): Promise<BlobRead>;
  head(key: string): Promise<BlobInfo | undefined>;
  /** Every blob whose key begins with `prefix`, in no promised order. What is written or deleted meanwhile may show. */
  list(prefix: string): AsyncIterable<BlobEntry>;
  /** How many there were to delete; those that do not exist are passed over. Durable once it resolves. */
  delete(keys: readonly string[]): Promise<number>;
}
