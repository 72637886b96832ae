import type { Tx } from '@earshot/db';

interface BlobStoreRow {
  is_only: boolean;
  store_id: string;
  adopted_at: Date;
}

export type BlobStores = ReturnType<typeof createBlobStores>;

/** The blob_store table: which store this database's recordings lie in. */
export function createBlobStores() {
  return {
    /** The store's id, undefined before the first start; the next reader waits for the transaction's end. */
    async lock(tx: Tx): Promise<string | undefined> {
      await tx.raw(`select pg_advisory_xact_lock(hashtextextended('blob-store', 0))`);
      return (await tx<BlobStoreRow>('blob_store').first('store_id'))?.store_id;
    },

    async save(tx: Tx, { storeId, now }: { storeId: string; now: number }): Promise<void> {
      await tx<BlobStoreRow>('blob_store').insert({ is_only: true, store_id: storeId, adopted_at: new Date(now) });
    },
  };
}
