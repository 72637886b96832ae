import type { TranscriptServiceService } from '@earshot/contract/transcriber/v1/transcripts.ts';
import type { Egress } from '@earshot/egress';
import {
  MINUTE,
  withTimeout,
  type TrackOwner,
  type AccountId,
  type BotId,
  type MediaPlan,
  type TranscriptId,
  type TranscriptionPlan,
} from '@earshot/kernel';
import { toPlanMessage, type RpcClient } from '@earshot/rpc';
import type { MediaDeps } from '../actions/deps.ts';
import type { Recording } from '../domain/recording.ts';
import { LiveAudio } from '../live/live-audio.ts';
import type { Watchers } from '../live/watchers.ts';
import { CaptionFeed } from '../speech/caption-feed.ts';
import { TranscriberStream } from '../speech/transcriber-stream.ts';
import type { StoreMemory } from '../record/store-memory.ts';

/** How long the transcriber may still take for the last words after the recording is finished. */
const DRAIN_MS = 5 * MINUTE;

/** What a joiner sends about a visit at its beginning. */
export interface SessionStart {
  readonly botId: BotId;
  readonly accountId: AccountId;
  readonly epoch: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Empty for nowhere. */
  readonly liveAudioSocketUrl: string;
  /** Undefined when nothing is transcribed. */
  readonly speech: TranscriptionPlan | undefined;
  readonly transcriptId: TranscriptId;
  /** The visit's video comes by a stream of its own. */
  readonly hasVideo: boolean;
  readonly media: MediaPlan;
  /** Under which name the bot speaks. */
  readonly botName: string;
}

export interface SessionDeps extends MediaDeps {
  readonly egress: Pick<Egress, 'webSocket'>;
  readonly transcriber: Pick<RpcClient<typeof TranscriptServiceService>, 'stream'>;
  readonly storeMemory: StoreMemory;
  readonly watchers: Watchers;
  /** How long the end of a recording waits for room in the blob store, in milliseconds. */
  readonly storeWaitMs: number;
  /** This process among those that share the database. */
  readonly owner: string;
}

/** The live consumers of a visit: the customer's audio socket, and the transcriber. */
export interface Fanout extends AsyncDisposable {
  readonly live: LiveAudio | undefined;
  readonly speech: TranscriberStream | undefined;
  /** Takes the captions, where they are the speech of the visit. */
  readonly captions: CaptionFeed | undefined;
  /** Resolves when everything is sent and committed, or it has taken too long. */
  drain(): Promise<void>;
}

export interface FanoutOptions {
  readonly start: SessionStart;
  readonly recording: Pick<Recording, 'startedAt' | 'durableSamples'>;
  /** Whether an earlier process had the visit. */
  readonly isResumed: boolean;
  readonly onCommitted: () => void;
  /** Whose a track is, at this moment. */
  readonly ownerOf: (trackId: string) => TrackOwner | undefined;
}

export function openFanout(
  { egress, transcriber, clock, log }: SessionDeps,
  { start, recording, isResumed, onCommitted, ownerOf }: FanoutOptions,
): Fanout {
  const { startedAt, durableSamples: startSample } = recording;
  const { botId, accountId, transcriptId, liveAudioSocketUrl: url, speech: plan } = start;
  const logOfBot = log.child({ botId });
  const { liveAudio: livePlan } = start.media;
  const about = { url, botId, startSample, isResumed, plan: livePlan, ownerOf };
  const live = url ? new LiveAudio({ ...about, egress, clock, log: logOfBot }) : undefined;
  const opening = { botId, accountId, transcriptId, speech: toPlanMessage(plan) };
  const speech =
    plan && plan.way !== 'recorded'
      ? new TranscriberStream({
          start: { ...opening, startedAt: new Date(startedAt) },
          transcriber,
          clock,
          log: logOfBot,
          onCommitted,
        })
      : undefined;
  const stopping = new AbortController();
  const dispose = async () => {
    stopping.abort();
    await Promise.all([live?.[Symbol.asyncDispose](), speech?.[Symbol.asyncDispose]()]);
  };
  return {
    live,
    speech,
    captions: speech && plan?.way === 'captions' ? new CaptionFeed(speech) : undefined,
    async drain() {
      const over = Promise.all([live?.finish(), speech?.finish()]);
      await withTimeout(over, { timeoutMs: DRAIN_MS, signal: stopping.signal, clock }).catch(() => {});
      await dispose();
    },
    [Symbol.asyncDispose]: dispose,
  };
}
