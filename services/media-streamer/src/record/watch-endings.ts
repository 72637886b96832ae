import type { Log } from '@earshot/kernel';
import { closeRecording } from '../actions/close-recording.ts';
import type { MediaDeps } from '../actions/deps.ts';
import { missRecording } from '../actions/miss-recording.ts';
import { isGivenUp, type EndedVisit } from '../domain/given-up.ts';
import type { Visit } from '../ingest/visit.ts';
import type { Visits } from '../ingest/visits.ts';
import type { StoredRecording } from '../store/recordings.ts';
import { finishRecording } from './finish-recording.ts';

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
  { botId, state, endedAt, pendingUntil, updatedAt }: StoredRecording,
  now: number,
): Promise<void> {
  const visit = deps.visits.get(botId);
  if (visit?.isFinishing) return;
  if (state === 'finishing') return finishRecording(deps, botId);
  const stream = visit ? streamOf(visit) : state === 'awaited' ? 'never' : 'unknown';
  if (!isGivenUp({ endedAt: endedAt ?? now, pendingUntil, updatedAt, stream }, now)) return;
  if (stream === 'never') return missRecording(deps, botId);
  if (visit) {
    // Not awaited: the transcriber may take its time, and other recordings wait for this round.
    void finishLate(deps, visit, deps.log);
  } else {
    await closeRecording(deps, { botId });
    await finishRecording(deps, botId);
  }
}

function streamOf({ idleSince }: Visit): EndedVisit['stream'] {
  return idleSince === undefined ? 'open' : { goneSince: idleSince };
}

async function finishLate({ visits }: { visits: Visits }, visit: Visit, log: Log): Promise<void> {
  try {
    await visits.finish(visit);
  } catch (error) {
    log.warn('a visit could not be finished', { botId: visit.botId, error });
  }
}
