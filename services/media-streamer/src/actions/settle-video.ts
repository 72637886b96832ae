import type { Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';
import type { MediaFact } from '../domain/media-fact.ts';
import { outcomeOf } from '../domain/recording-outcome.ts';
import type { Recording } from '../domain/recording.ts';
import type { MediaDeps } from './deps.ts';

type FactDeps = Pick<MediaDeps, 'participants' | 'videoStreams' | 'videoTracks'>;

/** The facts about a recording that is settled and whose visit is over: what became of it, and the tracks unless video is still to come. */
export async function outcomeFacts(
  deps: FactDeps,
  tx: Tx,
  { recording, at }: { recording: Recording; at: number },
): Promise<MediaFact[]> {
  const { botId } = recording;
  const outcome = outcomeOf(recording, { at, hadOthers: await deps.participants.any(tx, botId) });
  const stream = await deps.videoStreams.find(tx, botId);
  const isAwaited = stream?.isFinished === false;
  return isAwaited ? [outcome] : [outcome, await tracksReady(deps, tx, { botId, at })];
}

/**
 * No more video comes of a visit: of that epoch, where one is named. Publishes the tracks where the recording is settled already. The row and
 * the fact commit together. Idempotent.
 */
export async function settleVideo(
  deps: FactDeps & Pick<MediaDeps, 'database' | 'recordings' | 'outbox' | 'clock' | 'wake'>,
  { botId, epoch }: { botId: BotId; epoch?: number },
): Promise<void> {
  const { database, recordings, videoStreams, outbox, clock, wake } = deps;
  const at = clock.now();
  await database.transaction(async (tx) => {
    const recording = await recordings.lock(tx, botId);
    const stream = await videoStreams.find(tx, botId);
    if (!recording || !stream || stream.isFinished || (epoch ?? stream.epoch) !== stream.epoch) return;
    await videoStreams.save(tx, { ...stream, isFinished: true }, { now: at });
    const isSettled = recording.state === 'ready' || recording.state === 'failed';
    // Else they come with the recording.
    if (isSettled && recording.endedAt !== undefined)
      await outbox.append(tx, [await tracksReady(deps, tx, { botId, at })]);
  });
  wake();
}

async function tracksReady(
  { videoTracks }: Pick<MediaDeps, 'videoTracks'>,
  tx: Tx,
  { botId, at }: { botId: BotId; at: number },
): Promise<MediaFact> {
  return { kind: 'tracks-ready', botId, at, videoTracks: await videoTracks.count(tx, botId) };
}
