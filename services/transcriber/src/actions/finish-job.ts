import type { TrackOwner } from '@earshot/kernel';
import type { Tx } from '@earshot/db';
import type { SpokenUtterance, Transcript } from '../domain/transcript.ts';
import type { TranscriberDeps } from './deps.ts';
import { concludeVisit } from './settle-visits.ts';

export type JobResult =
  | {
      readonly kind: 'transcribed';
      readonly utterances: readonly SpokenUtterance[];
      readonly rawJson: string;
      /** Whose the utterances' tracks are, as far as it is known. */
      readonly speakers: readonly TrackOwner[];
      readonly startedAt: number | undefined;
    }
  | { readonly kind: 'failed'; readonly failure: string }
  /** The live words are all there is; `failure` has why the recording did not help. */
  | { readonly kind: 'not-backfilled'; readonly failure: string };

type FinishDeps = Pick<
  TranscriberDeps,
  'database' | 'transcripts' | 'utterances' | 'missedSpeech' | 'speakers' | 'visits' | 'outbox' | 'clock' | 'wake'
>;

/** Stores the outcome of a recording, and publishes it. Of a transcript that was erased meanwhile nothing is stored. */
export async function finishJob(
  deps: FinishDeps,
  { transcriptId, botId, purpose }: Transcript,
  result: JobResult,
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    if (purpose === 'visit' && !(await deps.visits.lockUnsettled(tx, botId))) return;
    const found = await deps.transcripts.lock(tx, transcriptId);
    if (found?.transcript.state !== 'processing') return;
    const { transcript } = found;
    if (result.kind === 'failed') {
      const { failure } = result;
      await deps.transcripts.update(tx, transcriptId, { state: 'failed', failure, leaseUntil: null });
      return conclude(deps, tx, { transcript: { ...transcript, state: 'failed', failure }, outcome: 'failed' });
    }
    if (result.kind === 'not-backfilled') {
      await deps.transcripts.update(tx, transcriptId, { leaseUntil: null });
      return conclude(deps, tx, { transcript, outcome: 'ready', detail: result.failure });
    }
    const { utterances, rawJson, speakers, startedAt } = result;
    for (const speaker of speakers) await deps.speakers.upsert(tx, botId, speaker);
    await deps.utterances.insert(
      tx,
      utterances.map((utterance) => ({ ...utterance, botId, transcriptId })),
    );
    await deps.missedSpeech.delete(tx, transcriptId);
    await deps.transcripts.update(tx, transcriptId, { rawJson, startedAt, leaseUntil: null });
    await conclude(deps, tx, { transcript, outcome: 'ready', wasRead: true });
  });
  deps.wake();
}

async function conclude(
  deps: FinishDeps,
  tx: Tx,
  {
    transcript,
    ...result
  }: { transcript: Transcript; outcome: 'ready' | 'failed'; detail?: string; wasRead?: boolean },
): Promise<void> {
  const { transcriptId, botId, notifyUrl, failure, purpose } = transcript;
  if (purpose === 'visit') return concludeVisit(deps, tx, { botId, transcript, ...result });
  if (result.outcome === 'ready') await deps.transcripts.update(tx, transcriptId, { state: 'ready' });
  const words = await deps.utterances.countWords(tx, transcriptId);
  const at = deps.clock.now();
  await deps.outbox.append(tx, [{ kind: 'retranscribed', botId, at, transcriptId, notifyUrl, failure, words }]);
}
