import type { Tx } from '@earshot/db';
import { AppError, type BotId, type TranscriptId, type TrackOwner } from '@earshot/kernel';
import type { MissedSpeech } from '../domain/missed-speech.ts';
import type { Utterance } from '../domain/transcript.ts';
import type { Usage } from '../domain/usage.ts';
import { insertLive, type LiveInsert } from '../store/live-words.ts';
import type { TrackPosition } from '../store/positions.ts';
import type { TranscriberDeps } from './deps.ts';

/** The changes of a live stream, in order. */
export type LiveChange =
  | { readonly kind: 'utterance'; readonly utterance: Utterance; readonly position: TrackPosition }
  | { readonly kind: 'position'; readonly position: TrackPosition }
  /** Speech that is given up; committed no later than the position behind it. */
  | { readonly kind: 'missed'; readonly missed: readonly MissedSpeech[] }
  /** A session that has ended, for the bill of its provider. */
  | { readonly kind: 'usage'; readonly usage: Usage }
  | { readonly kind: 'named'; readonly speaker: TrackOwner }
  | { readonly kind: 'failed'; readonly failure: string }
  | { readonly kind: 'finished' };

export interface LiveTranscript {
  readonly botId: BotId;
  readonly transcriptId: TranscriptId;
  readonly streamId: string;
}

/** For the owner of the transcript. */
const MISSED_LIVE = 'speech was not transcribed while it was said: the speech provider did not take it';

/** What one live stream commits at a time. */
export interface LiveCommit {
  readonly transcript: LiveTranscript;
  readonly changes: readonly LiveChange[];
}

/**
 * Commits the changes of live streams, many of them together: words, the positions behind them and the facts about them.
 * Committing the same again changes nothing. Returns for each stream why nothing of it is committed, if so:
 * `failed-precondition` when another stream writes to its transcript, or that is erased.
 */
export async function commitLive(
  deps: Pick<
    TranscriberDeps,
    | 'database'
    | 'transcripts'
    | 'missedSpeech'
    | 'usages'
    | 'speakers'
    | 'outbox'
    | 'encodeFact'
    | 'clock'
    | 'wake'
    | 'wakeRelay'
  >,
  commits: readonly LiveCommit[],
): Promise<(AppError | undefined)[]> {
  const at = deps.clock.now();
  const inserts = commits.map((commit) => toInsert(commit, deps.encodeFact, at));
  const isAllCommon = commits.every(({ changes }) => changes.every(isCommon));
  // One statement is a transaction of its own, and one round trip.
  const writing = isAllCommon
    ? await deps.database.run((query) => insertLive(query, inserts))
    : await deps.database.transaction(async (tx) => {
        const streams = await insertLive(tx, inserts);
        for (const commit of commits) {
          const state = streams.get(commit.transcript.streamId);
          if (state) await noteRare(deps, tx, { ...commit, isLive: state === 'live' });
        }
        return streams;
      });
  // Words come many times a second, and concern the relay alone.
  const kinds = new Set(commits.flatMap(({ changes }) => changes.map(({ kind }) => kind)));
  if (kinds.has('failed') || kinds.has('finished')) deps.wake();
  else deps.wakeRelay();
  return commits.map(({ transcript }) => (writing.has(transcript.streamId) ? undefined : replaced(transcript)));
}

/** Words and positions, which is what nearly all changes are. */
function isCommon({ kind }: LiveChange): boolean {
  return kind === 'utterance' || kind === 'position';
}

function toInsert({ transcript, changes }: LiveCommit, encode: TranscriberDeps['encodeFact'], at: number): LiveInsert {
  const { botId } = transcript;
  const utterances = changes.flatMap((change) => {
    if (change.kind !== 'utterance') return [];
    const { utterance } = change;
    return [{ utterance, fact: encode({ kind: 'utterance-final', botId, at, utterance }) }];
  });
  return { ...transcript, utterances, positions: lastPositions(changes) };
}

type RareDeps = Pick<TranscriberDeps, 'speakers' | 'transcripts' | 'missedSpeech' | 'usages' | 'outbox' | 'clock'>;

/** What comes rarely, one by one; and that there is trouble, unless it is the end, which is published anyway. */
async function noteRare(
  deps: RareDeps,
  tx: Tx,
  { transcript, changes, isLive }: LiveCommit & { readonly isLive: boolean },
): Promise<void> {
  const { botId, transcriptId } = transcript;
  let trouble: string | undefined;
  for (const change of changes) {
    trouble = (await note(deps, tx, { ...transcript, isLive, change })) ?? trouble;
  }
  if (!isLive || trouble === undefined || changes.some(({ kind }) => kind === 'finished')) return;
  await deps.outbox.append(tx, [{ kind: 'live-trouble', botId, at: deps.clock.now(), transcriptId, detail: trouble }]);
}

/** Returns what trouble begins with a change, for the owner of the transcript. */
async function note(
  { speakers, transcripts, missedSpeech, usages }: RareDeps,
  tx: Tx,
  { botId, transcriptId, isLive, change }: LiveTranscript & { isLive: boolean; change: LiveChange },
): Promise<string | undefined> {
  switch (change.kind) {
    case 'named':
      await speakers.upsert(tx, botId, change.speaker);
      return undefined;
    case 'usage':
      await usages.insert({ botId, transcriptId }, change.usage, tx);
      return undefined;
    case 'missed': {
      const isFirst = !(await missedSpeech.of([transcriptId], tx)).has(transcriptId);
      await missedSpeech.insert(tx, { botId, transcriptId }, change.missed);
      return isFirst ? MISSED_LIVE : undefined;
    }
    case 'failed':
      if (isLive) await transcripts.update(tx, transcriptId, { state: 'failed', failure: change.failure });
      return change.failure;
    case 'finished':
      await transcripts.update(tx, transcriptId, { isStreamOpen: false });
      return undefined;
    default:
      return undefined;
  }
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
