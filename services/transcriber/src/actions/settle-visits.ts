import type { BotId } from '@earshot/kernel';
import type { Tx } from '@earshot/db';
import { settlement, type Settlement } from '../domain/settlement.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { TranscriberDeps } from './deps.ts';

type SettleDeps = Pick<
  TranscriberDeps,
  'database' | 'transcripts' | 'utterances' | 'visits' | 'outbox' | 'clock' | 'isStreamHere' | 'nudge'
>;

/** Says what became of the transcripts of ended visits, as far as it is known. */
export async function settleVisits(deps: SettleDeps): Promise<void> {
  let isChanged = false;
  for (const botId of await deps.visits.unsettled()) {
    isChanged = (await deps.database.transaction((tx) => settleVisit(deps, tx, botId))) || isChanged;
  }
  if (isChanged) deps.nudge();
}

/** A visit is locked before its transcript, here as everywhere. */
async function settleVisit(deps: SettleDeps, tx: Tx, botId: BotId): Promise<boolean> {
  const visit = await deps.visits.lockUnsettled(tx, botId);
  if (!visit) return false;
  const transcript = await deps.transcripts.lockByBot(tx, botId);
  const now = deps.clock.now();
  const outcome = settlement(visit, transcript, { isStreamHere: deps.isStreamHere(botId), now });
  if (outcome === 'wait') return false;
  if (outcome === 'transcribe') {
    if (transcript) await deps.transcripts.update(tx, transcript.transcriptId, { dueAt: now });
    return true;
  }
  await concludeVisit(deps, tx, { botId, transcript, outcome });
  return true;
}

/** The last word on a visit's transcript: its state and the fact about it commit together. */
export async function concludeVisit(
  deps: Pick<TranscriberDeps, 'transcripts' | 'utterances' | 'visits' | 'outbox' | 'clock'>,
  tx: Tx,
  {
    botId,
    transcript,
    outcome,
  }: { botId: BotId; transcript: Transcript | undefined; outcome: Exclude<Settlement, 'wait' | 'transcribe'> },
): Promise<void> {
  const at = deps.clock.now();
  await deps.visits.settle(tx, botId);
  if (!transcript || outcome === 'skipped') {
    if (transcript) await closeUnrecorded(deps, tx, transcript);
    await deps.outbox.append(tx, [{ kind: 'transcript-skipped', botId, at }]);
    return;
  }
  const { transcriptId, failure } = transcript;
  if (transcript.state !== outcome) await deps.transcripts.update(tx, transcriptId, { state: outcome });
  const words = outcome === 'ready' ? await deps.utterances.countWords(tx, transcriptId) : 0;
  await deps.outbox.append(tx, [
    outcome === 'ready'
      ? { kind: 'transcript-ready', botId, at, transcriptId, words }
      : { kind: 'transcript-failed', botId, at, transcriptId, detail: failure },
  ]);
}

/** Without a recording, what was heard live stays readable. */
async function closeUnrecorded(
  { transcripts, utterances }: Pick<TranscriberDeps, 'transcripts' | 'utterances'>,
  tx: Tx,
  { transcriptId, state }: Transcript,
): Promise<void> {
  if (state !== 'live' && state !== 'processing') return;
  const hasWords = (await utterances.countWords(tx, transcriptId)) > 0;
  await transcripts.update(
    tx,
    transcriptId,
    hasWords ? { state: 'ready' } : { state: 'failed', failure: 'nothing was recorded' },
  );
}
