import type { AccountId, BotId, TranscriptId, TranscriptionPlan } from '@earshot/kernel';
import type { Tx } from '@earshot/db';
import type { TranscriberDeps } from './deps.ts';

export interface VisitOver {
  readonly botId: BotId;
  readonly accountId: AccountId;
  /** Undefined when nothing is to be transcribed. */
  readonly wanted: (TranscriptionPlan & { readonly transcriptId: TranscriptId }) | undefined;
}

/** The bot has left its meeting. Idempotent. */
export async function noteVisitOver(
  { transcripts, visits, clock }: Pick<TranscriberDeps, 'transcripts' | 'visits' | 'clock'>,
  tx: Tx,
  { botId, accountId, wanted }: VisitOver,
): Promise<void> {
  const now = clock.now();
  await visits.noteOver(tx, botId, now);
  if (!wanted) return;
  const { way, ...transcript } = wanted;
  // An engine that is not known fails when it is asked to transcribe: there is one way to fail.
  const state = way === 'recorded' ? 'processing' : 'live';
  // A live stream that was never opened is still to come: the transcriber may have been away.
  const isStreamOpen = state === 'live';
  await transcripts.insert(tx, { ...transcript, botId, accountId, state, isStreamOpen, createdAt: now });
}

/** The recording is there, or will never be. Idempotent. */
export async function noteRecording(
  { visits, clock }: Pick<TranscriberDeps, 'visits' | 'clock'>,
  tx: Tx,
  { botId, recording, detail }: { botId: BotId; recording: 'ready' | 'missing'; detail: string },
): Promise<void> {
  await visits.noteRecording(tx, botId, { recording, detail, at: clock.now() });
}
