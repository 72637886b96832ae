/** What is known when a process starts with a blob folder. */
export interface StoreSigns {
  /** The store of the database; undefined before any process has started with one. */
  readonly knownId: string | undefined;
  /** The id in the folder's own marker; undefined where there is none. */
  readonly markerId: string | undefined;
  readonly hasBlobs: boolean;
  /** Whether the database has recordings that must lie somewhere. */
  readonly hasRecordings: boolean;
}

/**
 * ours: the folder is the database's. adopt: there was none yet, this one is from here on. foreign: it is another's, or nothing
 * shows whose it is.
 */
export type StoreChoice = 'ours' | 'adopt' | 'foreign';

/**
 * Whether a process may record into this folder. A database knows one store, so that every process finds what another has
 * stored. A folder without a marker is never taken for a known store: it may be an empty mount point, or the own disk of a
 * second machine.
 */
export function chooseStore({ knownId, markerId, hasBlobs, hasRecordings }: StoreSigns): StoreChoice {
  if (knownId !== undefined) return markerId === knownId ? 'ours' : 'foreign';
  if (markerId !== undefined || hasBlobs || !hasRecordings) return 'adopt';
  return 'foreign';
}
