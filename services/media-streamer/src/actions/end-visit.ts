import type { Tx } from '@earshot/db';
import { MINUTE, type AccountId, type BotId } from '@earshot/kernel';
import type { Recording } from '../domain/recording.ts';
import type { MediaDeps } from './deps.ts';
import { outcomeFacts } from './settle-video.ts';

export interface VisitEnd {
  readonly botId: BotId;
  readonly accountId: AccountId;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** False for a bot that failed: then nobody waits for a recording that does not exist. */
  readonly isAwaited: boolean;
  readonly wasInMeeting: boolean;
  /** The joiner goes on sending what was recorded. */
  readonly isRecordingPending: boolean;
}

/** As long as a joiner tries to send what is left (services/joiner/src/rpc/ingest-stream.ts). */
const PENDING_MS = MINUTE;

/**
 * The scheduler reports that a visit is over. What was recorded is finished a little later, so that a joiner that is just
 * reconnecting can send the rest; a bot that never was inside has nothing to wait for.
 */
export async function endVisit(
  deps: Parameters<typeof outcomeFacts>[0] & Pick<MediaDeps, 'recordings' | 'outbox' | 'clock'>,
  tx: Tx,
  { botId, accountId, at, isAwaited, wasInMeeting, isRecordingPending }: VisitEnd,
): Promise<void> {
  const { recordings, outbox, clock } = deps;
  const recording = await recordings.lock(tx, botId);
  const now = clock.now();
  const pendingUntil = isRecordingPending ? now + PENDING_MS : undefined;
  if (recording?.endedAt !== undefined) return;
  if (recording && recording.state !== 'erased') {
    await recordings.save(tx, { ...recording, endedAt: now, pendingUntil }, { now });
    const isSettled = recording.state === 'ready' || recording.state === 'failed';
    if (isSettled) await outbox.append(tx, await outcomeFacts(deps, tx, { recording, at: now }));
    return;
  }
  if (!isAwaited) return;
  const detail = wasInMeeting ? 'nothing was recorded' : 'the bot was not in the meeting';
  const mayStillCome = wasInMeeting && !recording;
  const position = { epoch: 0, shiftMs: 0, idPrefix: '', owner: '', durableSamples: 0, durableSequence: 0 };
  const blank = { ...position, endSamples: undefined, storeTrouble: undefined, droppedItems: 0, bytes: 0, sha256: '' };
  const audio = { receivedSamples: 0, missingSamples: 0 };
  const state = recording?.state ?? (mayStillCome ? 'awaited' : 'failed');
  const times = { startedAt: at, endedAt: now, pendingUntil };
  const ended: Recording = { ...blank, ...audio, ...times, botId, accountId, state };
  await recordings.save(tx, ended, { now });
  if (!mayStillCome) await outbox.append(tx, [{ kind: 'recording-missing', botId, at: now, detail }]);
}
