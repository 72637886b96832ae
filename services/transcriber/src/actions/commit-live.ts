import { AppError, type BotId, type TranscriptId } from '@earshot/kernel';
import type { Speaker, Utterance } from '../domain/transcript.ts';
import type { TrackPosition } from '../store/positions.ts';
import type { TranscriberDeps } from './deps.ts';

/** What happened in a live stream, in order. */
export type LiveChange =
  | { readonly kind: 'utterance'; readonly utterance: Utterance; readonly position: TrackPosition }
  | { readonly kind: 'position'; readonly position: TrackPosition }
  | { readonly kind: 'named'; readonly speaker: Speaker }
  | { readonly kind: 'failed'; readonly failure: string }
  | { readonly kind: 'finished' };

export interface LiveTranscript {
  readonly botId: BotId;
  readonly transcriptId: TranscriptId;
  readonly streamId: string;
}

/**
 * Commits what happened in a live stream: words, the positions behind them and the facts about them together. Committing
 * the same again changes nothing. `failed-precondition` when another stream writes to the transcript, or it is erased.
 */
export async function commitLive(
  deps: Pick<
    TranscriberDeps,
    'database' | 'transcripts' | 'utterances' | 'positions' | 'speakers' | 'outbox' | 'clock' | 'nudge' | 'nudgeRelay'
  >,
  { botId, transcriptId, streamId }: LiveTranscript,
  changes: readonly LiveChange[],
): Promise<void> {
  const at = deps.clock.now();
  await deps.database.transaction(async (tx) => {
    const stream = await deps.transcripts.lockStream(tx, transcriptId);
    if (stream?.streamId !== streamId) {
      throw new AppError('failed-precondition', 'the stream was replaced', { fields: { botId, transcriptId } });
    }
    const said = changes.flatMap((change) => (change.kind === 'utterance' ? [change.utterance] : []));
    const stored = await deps.utterances.insert(tx, { botId, transcriptId }, said);
    const fresh = said.filter((utterance) => stored.has(utterance.utteranceId));
    await deps.outbox.append(
      tx,
      fresh.map((utterance) => ({ kind: 'utterance-final', botId, at, utterance })),
    );
    await deps.positions.advance(tx, botId, lastPositions(changes));
    for (const change of changes) {
      if (change.kind === 'named') await deps.speakers.upsert(tx, botId, change.speaker);
      if (change.kind === 'failed' && stream.state === 'live') {
        await deps.transcripts.update(tx, transcriptId, { state: 'failed', failure: change.failure });
      }
      if (change.kind === 'finished') await deps.transcripts.update(tx, transcriptId, { isStreamOpen: false });
    }
  });
  // Words come many times a second, and are nobody's business but the relay's.
  if (changes.some(({ kind }) => kind === 'failed' || kind === 'finished')) deps.nudge();
  else deps.nudgeRelay();
}

/** Each track's furthest position; PostgreSQL takes a row once in a statement. */
function lastPositions(changes: readonly LiveChange[]): TrackPosition[] {
  const positions = new Map<string, TrackPosition>();
  for (const change of changes) {
    if (change.kind === 'utterance' || change.kind === 'position') {
      positions.set(change.position.trackId, change.position);
    }
  }
  return [...positions.values()];
}
