import type { SpokenUtterance, Transcript } from '../domain/transcript.ts';
import type { TranscriberDeps } from './deps.ts';
import { concludeVisit } from './settle-visits.ts';

export type JobResult =
  | {
      readonly kind: 'heard';
      readonly utterances: readonly SpokenUtterance[];
      readonly rawJson: string;
      readonly startedAt: number | undefined;
    }
  | { readonly kind: 'failed'; readonly failure: string };

/** Stores what became of a recording, and says so. Of a transcript that was erased meanwhile nothing is stored. */
export async function finishJob(
  deps: Pick<TranscriberDeps, 'database' | 'transcripts' | 'utterances' | 'visits' | 'outbox' | 'clock' | 'nudge'>,
  { transcriptId, botId }: Transcript,
  result: JobResult,
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    if (!(await deps.visits.lockUnsettled(tx, botId))) return;
    const found = await deps.transcripts.lock(tx, transcriptId);
    if (found?.transcript.state !== 'processing') return;
    const { transcript } = found;
    if (result.kind === 'failed') {
      const { failure } = result;
      await deps.transcripts.update(tx, transcriptId, { state: 'failed', failure, leaseUntil: null });
      return concludeVisit(deps, tx, {
        botId,
        transcript: { ...transcript, state: 'failed', failure },
        outcome: 'failed',
      });
    }
    const { utterances, rawJson, startedAt } = result;
    await deps.utterances.insert(tx, botId, utterances);
    await deps.transcripts.update(tx, transcriptId, { rawJson, startedAt, leaseUntil: null });
    await concludeVisit(deps, tx, { botId, transcript, outcome: 'ready' });
  });
  deps.nudge();
}
