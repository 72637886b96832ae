import { randomUUID } from 'node:crypto';
import { AppError } from '@earshot/kernel';
import type { BlobStore } from '@earshot/blobs';
import { chooseStore } from '../domain/choose-store.ts';
import type { MediaDeps } from './deps.ts';

/** A blob store with an id. */
export interface MarkedStore extends Pick<BlobStore, 'list'> {
  /** Its id; undefined for one that was never marked. */
  readMarker(): Promise<string | undefined>;
  /** Marks it, unless it is marked; returns the id it has then. */
  mark(id: string): Promise<string>;
}

/**
 * Makes sure that this process records where all others of its database do; the first one decides where. Throws
 * `failed-precondition`, with what to do, for any other store, and for an unmarked one that may be another's.
 */
export async function claimStore(
  {
    database,
    blobStores,
    recordings,
    clock,
    log,
  }: Pick<MediaDeps, 'database' | 'blobStores' | 'recordings' | 'clock' | 'log'>,
  store: MarkedStore,
  folder: string,
): Promise<string> {
  return database.transaction(async (tx) => {
    const knownId = await blobStores.lock(tx);
    const markerId = await store.readMarker();
    const hasBlobs = markerId === undefined && (await hasAny(store));
    const hasRecordings = knownId === undefined && (await recordings.hasStored(tx));
    const choice = chooseStore({ knownId, markerId, hasBlobs, hasRecordings });
    if (choice === 'foreign') throw new AppError('failed-precondition', refusal({ folder, knownId, markerId }));
    if (choice === 'ours' && knownId !== undefined) return knownId;
    const storeId = await store.mark(markerId ?? randomUUID());
    await blobStores.save(tx, { storeId, now: clock.now() });
    log.info('blob store adopted', { storeId });
    return storeId;
  });
}

async function hasAny(store: MarkedStore): Promise<boolean> {
  for await (const _ of store.list('')) return true;
  return false;
}

interface Refused {
  readonly folder: string;
  readonly knownId: string | undefined;
  readonly markerId: string | undefined;
}

function refusal({ folder, knownId, markerId }: Refused): string {
  const whose =
    knownId === undefined
      ? `${folder} is empty, and the database has recordings that lie elsewhere`
      : `${folder} is not the blob folder of this database (it is ${markerId ? `store ${markerId}` : 'not marked'}, not store ${knownId})`;
  const byHand = `if it is to be used all the same, write ${knownId ?? 'any word'} into ${folder}/@store`;
  return `BLOB_DIR: ${whose}; every media-streamer of a database needs the same, shared folder: mount that one here; ${byHand}`;
}
