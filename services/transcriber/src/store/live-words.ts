import { prepared, type OutboxFact, type Queryable } from '@earshot/db';
import type { BotId, TranscriptId } from '@earshot/kernel';
import type { SpokenUtterance, TranscriptState } from '../domain/transcript.ts';
import type { TrackPosition } from './positions.ts';
import { INTO_UTTERANCES, UTTERANCE_ARRAYS, UTTERANCE_FIELDS, utteranceColumns } from './utterances.ts';

/** What one live stream commits: words, and how far its tracks have come. */
export interface LiveInsert {
  readonly botId: BotId;
  readonly transcriptId: TranscriptId;
  /** Nothing is stored unless this stream is the one that writes to the transcript. */
  readonly streamId: string;
  /** Each with the fact about it, which is published when the utterance was not there before. */
  readonly utterances: readonly { readonly utterance: SpokenUtterance; readonly fact: OutboxFact }[];
  /** One a track. */
  readonly positions: readonly TrackPosition[];
}

/**
 * Stores what live streams commit, many of them at a time: words, the facts about them and the positions behind them in one
 * statement, since each round trip delays the words. Repeated it changes nothing; no position goes back. Returns the
 * streams that may write, with the states of their transcripts, which stay locked until
 * the transaction ends.
 */
export async function insertLive(
  query: Queryable,
  commits: readonly LiveInsert[],
): Promise<Map<string, TranscriptState>> {
  const words = commits.flatMap(({ utterances, ...owner }) =>
    utterances.map(({ utterance, fact }) => ({ ...owner, utterance: { ...owner, ...utterance }, fact })),
  );
  const moves = commits.flatMap(({ positions, ...owner }) => positions.map((position) => ({ ...owner, position })));
  const { rows } = await prepared(query, INSERT, {
    commitTranscripts: commits.map(({ transcriptId }) => transcriptId),
    commitStreams: commits.map(({ streamId }) => streamId),
    ...utteranceColumns(words.map(({ utterance }) => utterance)),
    streams: words.map(({ streamId }) => streamId),
    facts: words.map(({ fact }) => fact.id),
    subjects: words.map(({ fact }) => fact.subject),
    payloads: words.map(({ fact }) => Buffer.from(fact.payload)),
    movers: moves.map(({ streamId }) => streamId),
    moved: moves.map(({ botId }) => botId),
    movedTracks: moves.map(({ position }) => position.trackId),
    committed: moves.map(({ position }) => position.committedMs),
    counts: moves.map(({ position }) => position.utterances),
  });
  return new Map(
    (rows as { stream_id: string; state: string }[]).map((row) => [row.stream_id, row.state as TranscriptState]),
  );
}

/** Transcripts are locked in the order of their ids: two that lock several never wait for each other. */
const INSERT = `
  with locked as materialized (
    select transcript_id, stream_id, state from transcripts
    where transcript_id = any(:commitTranscripts::uuid[]) order by transcript_id for update
  ), writing as materialized (
    select stream_id, state
    from locked join unnest(:commitTranscripts::uuid[], :commitStreams::uuid[]) as writer (transcript_id, stream_id)
      using (transcript_id, stream_id)
  ), inserted as (
    insert into ${INTO_UTTERANCES}
    from unnest(${UTTERANCE_ARRAYS}, :streams::uuid[]) as word (${UTTERANCE_FIELDS}, stream_id)
    where stream_id in (select stream_id from writing)
    on conflict (utterance_id) do nothing
    returning utterance_id
  ), published as (
    insert into outbox (id, subject, payload)
    select id, subject, payload
    from unnest(:facts::uuid[], :subjects::text[], :payloads::bytea[], :ids::uuid[]) with ordinality
      as fact (id, subject, payload, utterance_id, place)
    where utterance_id in (select utterance_id from inserted)
    order by place
  ), moved as (
    insert into positions (bot_id, track_id, committed_ms, utterances)
    select bot_id, track_id, committed_ms, utterances
    from unnest(:movers::uuid[], :moved::uuid[], :movedTracks::text[], :committed::bigint[], :counts::int[])
      as position (stream_id, bot_id, track_id, committed_ms, utterances)
    where stream_id in (select stream_id from writing)
    on conflict (bot_id, track_id) do update set
      committed_ms = greatest(positions.committed_ms, excluded.committed_ms),
      utterances = greatest(positions.utterances, excluded.utterances)
  )
  select stream_id, state from writing`;
