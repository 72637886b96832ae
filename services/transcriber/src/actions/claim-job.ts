import { SECOND, type TranscriptId } from '@earshot/kernel';
import type { Transcript } from '../domain/transcript.ts';
import type { TranscriberDeps } from './deps.ts';

/** Not renewed for this long, a lease expires and another process transcribes the recording. */
export const JOB_LEASE_MS = 30 * SECOND;

export interface Job {
  readonly transcript: Transcript;
  /** 1 for the first try. */
  readonly attempt: number;
}

/** Takes the recording that waits longest. Trying is counted here, so that one that kills its process is not tried for ever. */
export async function claimJob({
  database,
  transcripts,
  clock,
}: Pick<TranscriberDeps, 'database' | 'transcripts' | 'clock'>): Promise<Job | undefined> {
  const now = clock.now();
  return database.transaction(async (tx) => {
    const due = await transcripts.lockDue(tx, now);
    if (!due) return undefined;
    const attempt = due.attempts + 1;
    await transcripts.update(tx, due.transcript.transcriptId, { attempts: attempt, leaseUntil: now + JOB_LEASE_MS });
    return { transcript: due.transcript, attempt };
  });
}

/** Renews the lease. */
export async function renewJob(
  { database, transcripts, clock }: Pick<TranscriberDeps, 'database' | 'transcripts' | 'clock'>,
  transcriptId: TranscriptId,
): Promise<void> {
  const leaseUntil = clock.now() + JOB_LEASE_MS;
  await database.transaction((tx) => transcripts.update(tx, transcriptId, { leaseUntil }));
}

/** Releases a job: to be tried at `dueAt`, as the attempt after `attempts`. */
export async function returnJob(
  { database, transcripts }: Pick<TranscriberDeps, 'database' | 'transcripts'>,
  transcriptId: TranscriptId,
  { dueAt, attempts }: { dueAt: number; attempts: number },
): Promise<void> {
  await database.transaction((tx) => transcripts.update(tx, transcriptId, { dueAt, attempts, leaseUntil: null }));
}
