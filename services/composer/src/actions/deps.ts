import type { Database, Outbox, Tx } from '@earshot/db';
import type { AccountId, BotId, Clock, Log, MediaPlan } from '@earshot/kernel';
import type { VideoFact } from '../domain/composition.ts';
import type { Compositions } from '../store/compositions.ts';
import type { Erased } from '../store/erased.ts';
import type { LiveVideos } from '../store/live-videos.ts';

/** What was ordered with a bot. */
export interface BotOrder {
  readonly accountId: AccountId;
  readonly plan: MediaPlan;
  /** Where its video is streamed while the visit lasts; empty for nowhere. */
  readonly liveVideoSocketUrl: string;
}

export interface ComposerDeps {
  /** Asks the scheduler; undefined for a bot that it does not know. Throws `unavailable` while it is away. */
  readonly orderOf: (botId: BotId) => Promise<BotOrder | undefined>;
  /**
   * Asks the media-streamer whether anything is stored that something can be made of: whose it is. Throws `not-found` where nothing is,
   * `failed-precondition` while the visit lasts or is erased, `unavailable` while the media-streamer is away.
   */
  readonly recordingOf: (botId: BotId) => Promise<{ readonly accountId: AccountId }>;
  readonly database: Pick<Database, 'transaction'>;
  readonly compositions: Compositions;
  readonly liveVideos: LiveVideos;
  readonly erased: Erased;
  readonly outbox: Outbox<VideoFact>;
  /** Takes facts of these subjects out of our outbox. */
  readonly withdraw: (tx: Tx, subjects: readonly string[]) => Promise<void>;
  /** Takes them out of the stream; answers whether all are gone. */
  readonly forget: (subjects: readonly string[]) => Promise<boolean>;
  /** Ends what this process makes of a bot; resolves when nothing writes any more. */
  readonly stopJobs: (botId: BotId) => Promise<void>;
  /** Deletes a bot's working files; answers how many there were. */
  readonly removeFiles: (botId: BotId) => Promise<number>;
  readonly clock: Clock;
  readonly log: Log;
  /** Facts wait to be published, or something waits to be made. */
  readonly wake: () => void;
}
