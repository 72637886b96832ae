import type { MediaDeps } from '../actions/deps.ts';
import type { Watchers } from '../live/watchers.ts';
import type { StoreMemory } from '../record/store-memory.ts';

/** Frames and bytes of one track that were stored, and frames that were not. */
export interface VideoCounts {
  readonly source: string;
  readonly frames: number;
  readonly droppedFrames: number;
  readonly bytes: number;
}

export interface VideoDeps extends MediaDeps {
  /** Video's own: what it takes, audio does not lack. */
  readonly videoMemory: StoreMemory;
  readonly watchers: Watchers;
  /** Whether the blob store has more room than what is left to audio. Throws while it is away. */
  readonly hasVideoRoom: () => Promise<boolean>;
  readonly onVideoStored: (counts: VideoCounts) => void;
  /** How long the end of a visit waits for room in the blob store, in milliseconds. */
  readonly storeWaitMs: number;
  /** This process among those that share the database. */
  readonly owner: string;
}
