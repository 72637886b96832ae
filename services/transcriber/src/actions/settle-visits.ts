import { randomUUID } from 'node:crypto';
import { AppError, type BotId } from '@earshot/kernel';
import type { Tx } from '@earshot/db';
import { missedLength } from '../domain/missed-speech.ts';
import { tellingDetail } from '../domain/recording-detail.ts';
import { settlement } from '../domain/settlement.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { TranscriberDeps } from './deps.ts';

type SettleDeps = Pick<
  TranscriberDeps,
  | 'database'
  | 'transcripts'
  | 'utterances'
  | 'missedSpeech'
  | 'visits'
  | 'outbox'
  | 'clock'
  | 'modeOf'
  | 'isStreamHere'
  | 'wake'
  | 'log'
>;

interface Conclusion {
  readonly botId: BotId;
  readonly transcript: Transcript | undefined;
  readonly outcome: 'ready' | 'failed' | 'skipped';
  /** Why speech is missing in one that is ready. */
  readonly detail?: string | undefined;
  /** Whether its words, or some, are from the recording. */
  readonly wasRead?: boolean;
}

/** Publishes the outcome of the transcripts of ended visits, as far as it is known. */
export async function settleVisits(deps: SettleDeps): Promise<void> {
  let isChanged = false;
  for (const botId of await deps.visits.unsettled()) {
    try {
      isChanged = (await deps.database.transaction((tx) => settleVisit(deps, tx, botId))) || isChanged;
    } catch (error) {
      // One that cannot be settled holds up no other; it is tried again with the next round.
      if (error instanceof AppError && error.code === 'unavailable') throw error;
      deps.log.error('a visit could not be settled', { botId, error });
    }
  }
  if (isChanged) deps.wake();
}

/** A visit is locked before its transcript, here as everywhere. */
async function settleVisit(deps: SettleDeps, tx: Tx, botId: BotId): Promise<boolean> {
  const visit = await deps.visits.lockUnsettled(tx, botId);
  if (!visit) return false;
  const transcript = await deps.transcripts.lockByBot(tx, botId);
  const now = deps.clock.now();
  const hasMissed = transcript !== undefined && (await canBackfill(deps, tx, transcript));
  const outcome = settlement(visit, transcript, { isStreamHere: deps.isStreamHere(botId), hasMissed, now });
  if (outcome === 'wait') return false;
  if (outcome === 'transcribe' || outcome === 'backfill') {
    // A live stream that comes back after all must not write what is backfilled from the recording.
    const backfilling = { state: 'processing', streamId: randomUUID() } as const;
    const change = { dueAt: now, ...(outcome === 'backfill' && backfilling) };
    if (transcript) await deps.transcripts.update(tx, transcript.transcriptId, change);
    return true;
  }
  await concludeVisit(deps, tx, { botId, transcript, outcome });
  return true;
}

/** Whether a live transcript lacks something that the recording has. */
async function canBackfill(
  { missedSpeech, modeOf }: Pick<TranscriberDeps, 'missedSpeech' | 'modeOf'>,
  tx: Tx,
  { transcriptId, engine, isStreamOpen }: Transcript,
): Promise<boolean> {
  if (modeOf(engine) !== 'streaming') return false;
  return isStreamOpen || (await missedSpeech.of([transcriptId], tx)).has(transcriptId);
}

/** The end of a visit's transcript: its state and the fact about it commit together. */
export async function concludeVisit(
  deps: Pick<TranscriberDeps, 'transcripts' | 'utterances' | 'missedSpeech' | 'visits' | 'outbox' | 'clock'>,
  tx: Tx,
  { botId, transcript, outcome, detail = '', wasRead = false }: Conclusion,
): Promise<void> {
  const at = deps.clock.now();
  const recordingDetail = await deps.visits.settle(tx, botId);
  if (!transcript || outcome === 'skipped') {
    if (transcript) await closeUnrecorded(deps, tx, transcript);
    await deps.outbox.append(tx, [{ kind: 'transcript-skipped', botId, at }]);
    return;
  }
  const { transcriptId, failure } = transcript;
  if (transcript.state !== outcome) await deps.transcripts.update(tx, transcriptId, { state: outcome });
  if (outcome === 'failed') {
    return deps.outbox.append(tx, [{ kind: 'transcript-failed', botId, at, transcriptId, detail: failure }]);
  }
  const words = await deps.utterances.countWords(tx, transcriptId);
  const missedMs = missedLength((await deps.missedSpeech.of([transcriptId], tx)).get(transcriptId) ?? []);
  // No words are no wonder where no sound came, or none was stored; it is reported here as well.
  const why = detail || tellingDetail(recordingDetail, { words, wasRead });
  await deps.outbox.append(tx, [{ kind: 'transcript-ready', botId, at, transcriptId, words, missedMs, detail: why }]);
}

/** Without a recording, the live words stay readable. */
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
