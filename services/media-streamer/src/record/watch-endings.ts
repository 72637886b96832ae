import { SECOND, type Log } from '@earshot/kernel';
import { closeRecording } from '../actions/close-recording.ts';
import type { MediaDeps } from '../actions/deps.ts';
import { missRecording } from '../actions/miss-recording.ts';
import type { Recording } from '../domain/recording.ts';
import type { Visit } from '../ingest/visit.ts';
import type { Visits } from '../ingest/visits.ts';
import { finishRecording } from './finish-recording.ts';

/** A joiner whose stream broke comes back within this time, or is taken not to come. */
const GRACE_MS = 3 * SECOND;
/** A visit that another process may hold shows a sign of life every two seconds. */
const FOREIGN_GRACE_MS = 10 * SECOND;
/** A stream that is open after the end of its visit has this long to bring its own end. */
const OPEN_GRACE_MS = 60 * SECOND;
const AT_ONCE = 50;

/** One round: does for recordings what their joiners do not do any more. */
export async function watchEndings(deps: MediaDeps & { visits: Visits }): Promise<void> {
  const { recordings, visits, clock, log } = deps;
  const now = clock.now();
  visits.forgetIdle(now);
  for (const recording of await recordings.unfinished(AT_ONCE)) {
    try {
      await care(deps, recording, now);
    } catch (error) {
      log.warn('a recording could not be finished yet', { botId: recording.botId, error });
    }
  }
}

async function care(
  deps: MediaDeps & { visits: Visits },
  recording: Recording & { updatedAt: number },
  now: number,
): Promise<void> {
  const { botId, state, endedAt = now, updatedAt } = recording;
  const visit = deps.visits.get(botId);
  if (visit?.isFinishing) return;
  if (state === 'finishing') return finishRecording(deps, botId);
  if (state === 'awaited') return now - endedAt < GRACE_MS ? undefined : missRecording(deps, botId);
  if (visit) {
    // Not awaited: the transcriber may take its time, and other recordings wait for this round.
    if (isOver(visit, { endedAt, now })) void finishLate(deps, visit, deps.log);
  } else if (now - endedAt >= GRACE_MS && now - updatedAt >= FOREIGN_GRACE_MS) {
    await closeRecording(deps, { botId });
    await finishRecording(deps, botId);
  }
}

function isOver({ idleSince }: Visit, { endedAt, now }: { endedAt: number; now: number }): boolean {
  return idleSince === undefined ? now - endedAt >= OPEN_GRACE_MS : now - Math.max(endedAt, idleSince) >= GRACE_MS;
}

async function finishLate({ visits }: { visits: Visits }, visit: Visit, log: Log): Promise<void> {
  try {
    await visits.finish(visit);
  } catch (error) {
    log.warn('a visit could not be finished', { botId: visit.botId, error });
  }
}
