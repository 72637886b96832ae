import type { Log } from '@earshot/kernel';
import { closeRecording } from '../actions/close-recording.ts';
import type { MediaDeps } from '../actions/deps.ts';
import { missRecording } from '../actions/miss-recording.ts';
import { isGivenUp, type EndedVisit } from '../domain/given-up.ts';
import type { IngestSession } from './ingest-session.ts';
import type { SessionRegistry } from './session-registry.ts';
import type { StoredRecording } from '../store/recordings.ts';
import { finishRecording } from '../record/finish-recording.ts';

const AT_ONCE = 50;

/** One round: does for recordings what their joiners do not do any more. */
export async function reapSessions(deps: MediaDeps & { sessions: SessionRegistry }): Promise<void> {
  const { recordings, sessions, clock, log } = deps;
  const now = clock.now();
  sessions.forgetIdle(now);
  for (const recording of await recordings.unfinished(AT_ONCE)) {
    try {
      await reap(deps, recording, now);
    } catch (error) {
      log.warn('a recording could not be finished yet', { botId: recording.botId, error });
    }
  }
}

async function reap(
  deps: MediaDeps & { sessions: SessionRegistry },
  { botId, state, endedAt, pendingUntil, updatedAt }: StoredRecording,
  now: number,
): Promise<void> {
  const session = deps.sessions.get(botId);
  if (session?.isFinishing) return;
  if (state === 'finishing') return finishRecording(deps, botId);
  const stream = session ? streamOf(session) : state === 'awaited' ? 'never' : 'unknown';
  if (!isGivenUp({ endedAt: endedAt ?? now, pendingUntil, updatedAt, stream }, now)) return;
  if (stream === 'never') return missRecording(deps, botId);
  if (session) {
    // Not awaited: the transcriber may take its time, and other recordings wait for this round.
    void finishLate(deps, session, deps.log);
  } else {
    await closeRecording(deps, { botId });
    await finishRecording(deps, botId);
  }
}

function streamOf({ idleSince }: IngestSession): EndedVisit['stream'] {
  return idleSince === undefined ? 'open' : { goneSince: idleSince };
}

async function finishLate(
  { sessions }: { sessions: SessionRegistry },
  session: IngestSession,
  log: Log,
): Promise<void> {
  try {
    await sessions.finish(session);
  } catch (error) {
    log.warn('a visit could not be finished', { botId: session.botId, error });
  }
}
