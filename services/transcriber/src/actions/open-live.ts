import {
  AppError,
  type AccountId,
  type BotId,
  type TranscriptId,
  type TrackOwner,
  type TranscriptionPlan,
} from '@earshot/kernel';
import type { TrackPosition } from '../store/positions.ts';
import type { TranscriberDeps } from './deps.ts';

export interface OpenLiveInput {
  readonly botId: BotId;
  readonly accountId: AccountId;
  readonly transcriptId: TranscriptId;
  /** Of a way that has words while the meeting lasts. */
  readonly plan: TranscriptionPlan;
  readonly startedAt: number | undefined;
  /** Of this stream: from here on no other may write to the transcript. */
  readonly streamId: string;
}

export interface OpenedLive {
  readonly positions: readonly TrackPosition[];
  readonly speakers: readonly TrackOwner[];
  /** The transcript has failed, or is backfilled from the recording: nothing more is transcribed live. */
  readonly isClosed: boolean;
}

/** Makes a stream the one that writes to its transcript; returns from where it goes on. */
export async function openLive(
  deps: Pick<TranscriberDeps, 'database' | 'transcripts' | 'positions' | 'speakers' | 'clock'>,
  { streamId, ...input }: OpenLiveInput,
): Promise<OpenedLive> {
  const { plan, ...ids } = input;
  const { botId, transcriptId } = ids;
  const { engine, optionsJson } = plan;
  return deps.database.transaction(async (tx) => {
    await deps.transcripts.insert(tx, { ...ids, engine, optionsJson, state: 'live', createdAt: deps.clock.now() });
    const found = await deps.transcripts.lock(tx, transcriptId);
    if (found?.transcript.botId !== botId) {
      throw new AppError('failed-precondition', 'the bot has another transcript', { fields: { botId, transcriptId } });
    }
    const startedAt = found.transcript.startedAt ?? input.startedAt;
    await deps.transcripts.update(tx, transcriptId, { streamId, isStreamOpen: true, startedAt });
    return {
      positions: await deps.positions.of(botId, tx),
      speakers: await deps.speakers.of(botId, tx),
      isClosed: found.transcript.state === 'failed' || found.transcript.dueAt !== undefined,
    };
  });
}
