import type { Tx } from '@earshot/db';
import { AppError, type BotId, type TranscriptId } from '@earshot/kernel';
import type { MissedSpeech } from '../domain/missed-speech.ts';
import type { Speaker, Utterance } from '../domain/transcript.ts';
import type { TrackPosition } from '../store/positions.ts';
import type { TranscriberDeps } from './deps.ts';

/** What happened in a live stream, in order. */
export type LiveChange =
  | { readonly kind: 'utterance'; readonly utterance: Utterance; readonly position: TrackPosition }
  | { readonly kind: 'position'; readonly position: TrackPosition }
  /** Speech that is given up; committed no later than the position behind it. */
  | { readonly kind: 'missed'; readonly missed: readonly MissedSpeech[] }
  | { readonly kind: 'named'; readonly speaker: Speaker }
  | { readonly kind: 'failed'; readonly failure: string }
  | { readonly kind: 'finished' };

export interface LiveTranscript {
  readonly botId: BotId;
  readonly transcriptId: TranscriptId;
  readonly streamId: string;
}

/** For the owner of the transcript. */
const MISSED_LIVE = 'speech was not transcribed while it was said: the speech provider did not take it';

/** What one live stream has to say at a time. */
export interface LiveCommit {
  readonly transcript: LiveTranscript;
  readonly changes: readonly LiveChange[];
}

/**
 * Commits what happened in live streams, many of them together: words, the positions behind them and the facts about them.
 * Committing the same again changes nothing. Answers for each stream why nothing of it is committed, if so:
 * `failed-precondition` when another stream writes to its transcript, or that is erased.
 */
export async function commitLive(
  deps: Pick<
    TranscriberDeps,
    | 'database'
    | 'transcripts'
    | 'utterances'
    | 'missedSpeech'
    | 'positions'
    | 'speakers'
    | 'outbox'
    | 'clock'
    | 'nudge'
    | 'nudgeRelay'
  >,
  commits: readonly LiveCommit[],
): Promise<(AppError | undefined)[]> {
  const at = deps.clock.now();
  const refusals = await deps.database.transaction(async (tx) => {
    const transcriptIds = commits.map(({ transcript }) => transcript.transcriptId);
    const streams = await deps.transcripts.lockStreams(tx, transcriptIds);
    const isWriting = ({ transcript: { transcriptId, streamId } }: LiveCommit) =>
      streams.get(transcriptId)?.streamId === streamId;
    const writing = commits.filter(isWriting);
    const said = writing.flatMap(({ transcript: { botId, transcriptId }, changes }) =>
      changes.flatMap((change) => (change.kind === 'utterance' ? [{ ...change.utterance, botId, transcriptId }] : [])),
    );
    const stored = await deps.utterances.insert(tx, said);
    const fresh = said.filter((utterance) => stored.has(utterance.utteranceId));
    await deps.outbox.append(
      tx,
      fresh.map((utterance) => ({ kind: 'utterance-final', botId: utterance.botId, at, utterance })),
    );
    await deps.positions.advance(
      tx,
      writing.flatMap(({ transcript: { botId }, changes }) =>
        lastPositions(changes).map((position) => ({ ...position, botId })),
      ),
    );
    for (const { transcript, changes } of writing) {
      const isLive = streams.get(transcript.transcriptId)?.state === 'live';
      for (const change of changes) await note(deps, tx, { ...transcript, isLive, change });
    }
    return commits.map((commit) => (isWriting(commit) ? undefined : replaced(commit.transcript)));
  });
  // Words come many times a second, and are nobody's business but the relay's.
  const kinds = new Set(commits.flatMap(({ changes }) => changes.map(({ kind }) => kind)));
  if (kinds.has('failed') || kinds.has('finished')) deps.nudge();
  else deps.nudgeRelay();
  return refusals;
}

/** What comes rarely, one by one. */
async function note(
  deps: Pick<TranscriberDeps, 'speakers' | 'transcripts' | 'missedSpeech' | 'outbox' | 'clock'>,
  tx: Tx,
  { botId, transcriptId, isLive, change }: LiveTranscript & { isLive: boolean; change: LiveChange },
): Promise<void> {
  const { speakers, transcripts, missedSpeech, outbox, clock } = deps;
  const tellTrouble = (detail: string) =>
    outbox.append(tx, [{ kind: 'live-trouble', botId, at: clock.now(), transcriptId, detail }]);
  if (change.kind === 'named') await speakers.upsert(tx, botId, change.speaker);
  if (change.kind === 'missed') {
    const isFirst = !(await missedSpeech.of([transcriptId], tx)).has(transcriptId);
    await missedSpeech.insert(tx, { botId, transcriptId }, change.missed);
    if (isFirst && isLive) await tellTrouble(MISSED_LIVE);
  }
  if (change.kind === 'failed' && isLive) {
    await transcripts.update(tx, transcriptId, { state: 'failed', failure: change.failure });
    await tellTrouble(change.failure);
  }
  if (change.kind === 'finished') await transcripts.update(tx, transcriptId, { isStreamOpen: false });
}

function replaced({ botId, transcriptId }: LiveTranscript): AppError {
  return new AppError('failed-precondition', 'the stream was replaced', { fields: { botId, transcriptId } });
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
