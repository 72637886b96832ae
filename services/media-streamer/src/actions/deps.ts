import type { BlobStore } from '@earshot/blobs';
import type { Database, Outbox, Tx } from '@earshot/db';
import type { Clock, Log } from '@earshot/kernel';
import type { DroppedItems } from '../domain/dropped-items.ts';
import type { MediaFact } from '../domain/media-fact.ts';
import type { ArtifactParts } from '../store/artifact-parts.ts';
import type { Artifacts } from '../store/artifacts.ts';
import type { BlobStores } from '../store/blob-stores.ts';
import type { Chat } from '../store/chat.ts';
import type { DebugArtifacts } from '../store/debug-artifacts.ts';
import type { Erased } from '../store/erased.ts';
import type { Participants } from '../store/participants.ts';
import type { Pauses } from '../store/pauses.ts';
import type { Recordings } from '../store/recordings.ts';
import type { Speaking } from '../store/speaking.ts';
import type { Speeches } from '../store/speeches.ts';
import type { Tracks } from '../store/tracks.ts';
import type { VideoSegments } from '../store/video-segments.ts';
import type { VideoStreams } from '../store/video-streams.ts';
import type { VideoTracks } from '../store/video-tracks.ts';

/** What the media-streamer's actions are made of; each asks for the part it uses. */
export interface MediaDeps {
  readonly database: Pick<Database, 'transaction'>;
  readonly recordings: Recordings;
  readonly participants: Participants;
  readonly tracks: Tracks;
  readonly chat: Chat;
  readonly speaking: Speaking;
  readonly speeches: Speeches;
  readonly pauses: Pauses;
  readonly debugArtifacts: DebugArtifacts;
  readonly parts: ArtifactParts;
  readonly artifacts: Artifacts;
  readonly videoStreams: VideoStreams;
  readonly videoTracks: VideoTracks;
  readonly videoSegments: VideoSegments;
  readonly erased: Erased;
  readonly outbox: Outbox<MediaFact>;
  readonly blobStores: BlobStores;
  readonly blobs: BlobStore;
  /** Throws `unavailable` while what `blobs` reads and writes is not the database's store: a disk that is not mounted looks like an empty one. */
  readonly checkStore: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  /** What artifact tokens are signed with. */
  readonly artifactSecret: string;
  /** Takes facts of these subjects that wait to be published out of the outbox. */
  readonly withdraw: (tx: Tx, subjects: readonly string[]) => Promise<void>;
  /** Takes facts of these subjects out of the stream; returns whether none is left. Throws `unavailable` while the broker is away. */
  readonly forget: (subjects: readonly string[], options: { readonly isTimeUp: () => boolean }) => Promise<boolean>;
  /** Items that cannot be stored were left out of a commit. */
  readonly onItemsDropped: (dropped: DroppedItems) => void;
  /** Wakes the relay: facts are committed and wait to be published. */
  readonly wake: () => void;
}
