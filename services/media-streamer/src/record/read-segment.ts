import type { BlobStore } from '@earshot/blobs';
import { AppError } from '@earshot/kernel';

/** A segment's bytes; undefined when it is not there. */
export async function readSegment(blobs: BlobStore, key: string): Promise<Buffer | undefined> {
  try {
    const { stream } = await blobs.get(key);
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return undefined;
    throw error;
  }
}
