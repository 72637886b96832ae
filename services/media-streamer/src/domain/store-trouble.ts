import { AppError } from '@earshot/kernel';

/**
 * Why sound waits for the blob store, or is missing since it waited too long. storage_full: there is no room. storage_unavailable: it
 * cannot be reached, or not be written.
 */
export type StoreTrouble = 'storage_full' | 'storage_unavailable';

/** What a write that failed says about the store. */
export function troubleOf(error: unknown): StoreTrouble {
  return AppError.from(error).code === 'resource-exhausted' ? 'storage_full' : 'storage_unavailable';
}
