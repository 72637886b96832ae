import { isLasting, tryAlone, type Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';
import type { ChatEntry } from '../domain/sequenced-batch.ts';
import { totalOf, type DroppedItems, type ItemKind } from '../domain/dropped-items.ts';
import type { VisitFact } from '../domain/media-fact.ts';
import { durationMsOf, type Recording } from '../domain/recording.ts';
import type { PausedInterval } from '../domain/pauses.ts';
import type { Participant, Track } from '../domain/roster.ts';
import type { SpeakingInterval } from '../domain/speaking.ts';
import type { StoreTrouble } from '../domain/store-trouble.ts';
import type { MediaDeps } from './deps.ts';
import { freshFacts } from './fresh-facts.ts';

/** How far a visit has come. */
export interface SessionPosition {
  readonly epoch: number;
  readonly durableSamples: number;
  readonly durableSequence: number;
  /** Samples in which a packet came, and of which the sound was lost on the way, since this process has the visit. */
  readonly received: number;
  readonly lost: number;
  /** Samples received of each track, of those that changed. */
  readonly trackSamples: ReadonlyMap<string, number>;
  /** Why sound waits for the store, or was dropped while it did; undefined where none did, since this process has the visit. */
  readonly storeTrouble: StoreTrouble | undefined;
  /** Where the timeline ends, once nothing more comes. */
  readonly endSamples: number | undefined;
}

export interface SessionNotes extends SessionPosition {
  readonly participants: readonly Participant[];
  readonly tracks: readonly Track[];
  readonly chat: readonly ChatEntry[];
  readonly speaking: readonly SpeakingInterval[];
  readonly pauses: readonly PausedInterval[];
  readonly facts: readonly VisitFact[];
}

/**
 * saved: committed. overtaken: this process has let a later epoch in meanwhile; nothing is written, notes go with the
 * later one. lost: another process has the visit, or its recording is closed; nothing is written.
 */
export type SaveVerdict = 'saved' | 'overtaken' | 'lost';

type SaveDeps = Pick<
  MediaDeps,
  | 'database'
  | 'recordings'
  | 'participants'
  | 'tracks'
  | 'chat'
  | 'speaking'
  | 'speeches'
  | 'pauses'
  | 'outbox'
  | 'clock'
  | 'wake'
  | 'onItemsDropped'
>;
/** Who writes, and what was counted before this process had the visit. */
export interface SessionHolder {
  readonly botId: BotId;
  readonly owner: string;
  readonly before: Pick<Recording, 'receivedSamples' | 'missingSamples'>;
}

/**
 * Commits what was noted of a visit, as far as it is still this owner's. Safe to repeat. Where the database will never take
 * it all, each item is written by itself, and those that no table takes are left out and counted: an item costs itself, never
 * the visit.
 */
export async function saveSession(deps: SaveDeps, holder: SessionHolder, notes: SessionNotes): Promise<SaveVerdict> {
  let dropped: DroppedItems | undefined;
  const verdict = await commit(deps, holder, { notes, write: writeAll }).catch((error: unknown) => {
    if (!isLasting(error)) throw error;
    return commit(deps, holder, {
      notes,
      write: async (tx, at) => (dropped = await writeEach(deps, tx, at)),
    });
  });
  if (dropped && verdict === 'saved') deps.onItemsDropped(dropped);
  if (notes.facts.length > 0 || notes.storeTrouble) deps.wake();
  return verdict;

  async function writeAll(
    tx: Tx,
    { recording, notes: { participants, tracks, chat, speaking, pauses, facts, trackSamples } }: Writing,
  ) {
    const { botId } = recording;
    const fresh = await freshFacts(deps, tx, { botId, facts });
    await deps.participants.save(tx, botId, participants);
    await deps.tracks.save(tx, botId, tracks);
    await deps.tracks.saveReceived(tx, botId, trackSamples);
    await deps.chat.add(tx, botId, chat);
    await deps.speaking.add(tx, botId, speaking);
    await deps.pauses.add(tx, botId, pauses);
    await deps.speeches.save(tx, botId, fresh.speeches);
    await deps.outbox.append(
      tx,
      fresh.facts.map((fact) => toEvent(recording, fact)),
    );
    return undefined;
  }
}

interface Writing {
  readonly recording: Recording;
  readonly notes: SessionNotes;
}
type Write = (tx: Tx, writing: Writing) => Promise<DroppedItems | undefined>;

async function commit(
  deps: SaveDeps,
  { botId, owner, before }: SessionHolder,
  { notes, write }: { notes: SessionNotes; write: Write },
): Promise<SaveVerdict> {
  return deps.database.transaction(async (tx) => {
    const recording = await deps.recordings.lock(tx, botId);
    if (recording?.state !== 'recording' || recording.owner !== owner) return 'lost';
    if (recording.epoch !== notes.epoch) return 'overtaken';
    const dropped = await write(tx, { recording, notes });
    const { durableSamples, durableSequence } = notes;
    const receivedSamples = before.receivedSamples === undefined ? undefined : before.receivedSamples + notes.received;
    const audio = { receivedSamples, missingSamples: before.missingSamples + notes.lost };
    const droppedItems = recording.droppedItems + (dropped ? totalOf(dropped) : 0);
    const now = deps.clock.now();
    const storeTrouble = recording.storeTrouble ?? notes.storeTrouble;
    const endSamples = notes.endSamples ?? recording.endSamples;
    const position = { durableSamples, durableSequence, endSamples };
    await deps.recordings.save(tx, { ...recording, ...audio, ...position, droppedItems, storeTrouble }, { now });
    if (storeTrouble && !recording.storeTrouble) {
      const isOver = recording.endedAt !== undefined;
      const keptMs = durationMsOf({ durableSamples });
      await deps.outbox.append(tx, [
        { kind: 'recording-trouble', botId, at: now, detail: storeTrouble, keptMs, isOver },
      ]);
    }
    return 'saved' as const;
  });
}

async function writeEach(deps: SaveDeps, tx: Tx, { recording, notes }: Writing): Promise<DroppedItems | undefined> {
  const { botId } = recording;
  const counts: Partial<Record<ItemKind, number>> = {};
  let first: unknown;
  async function each<Item>(kind: ItemKind, items: readonly Item[], write: (tx: Tx, item: Item) => Promise<void>) {
    const refused = new Set<Item>();
    for (const item of items) {
      const error = await tryAlone(tx, (inner) => write(inner, item));
      if (error === undefined) continue;
      first ??= error;
      refused.add(item);
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return refused;
  }
  const fresh = await freshFacts(deps, tx, { botId, facts: notes.facts });
  const refused = await each('participants', notes.participants, (inner, one) =>
    deps.participants.save(inner, botId, [one]),
  );
  await each('tracks', notes.tracks, (inner, one) => deps.tracks.save(inner, botId, [one]));
  await each('tracks', [...notes.trackSamples], (inner, one) => deps.tracks.saveReceived(inner, botId, new Map([one])));
  const unwritten = await each('chat', notes.chat, (inner, one) => deps.chat.add(inner, botId, [one]));
  await each('speaking', notes.speaking, (inner, one) => deps.speaking.add(inner, botId, [one]));
  await each('pauses', notes.pauses, (inner, one) => deps.pauses.add(inner, botId, [one]));
  // No facts about those whom nobody can ask for.
  const unknown = new Set(Array.from(refused, ({ participantId }) => participantId));
  const lost = new Set(Array.from(unwritten, ({ messageId }) => messageId));
  const isKnown = (fact: VisitFact) =>
    fact.kind === 'chat-posted' ? !lost.has(fact.messageId) : !unknown.has(fact.participantId);
  const known = fresh.facts.filter(isKnown);
  const speeches = fresh.speeches.filter(({ participantId }) => !unknown.has(participantId));
  await each('facts', speeches, (inner, one) => deps.speeches.save(inner, botId, [one]));
  await each('facts', known, (inner, one) => deps.outbox.append(inner, [toEvent(recording, one)]));
  return first === undefined ? undefined : { botId, counts, error: first };
}

const toEvent = ({ botId, startedAt }: Recording, fact: VisitFact) => ({
  ...fact,
  botId,
  at: startedAt + fact.atMs,
});
