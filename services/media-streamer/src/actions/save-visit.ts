import type { Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';
import type { ChatLine } from '../domain/batch.ts';
import type { ParticipantFact } from '../domain/media-fact.ts';
import type { Participant, Track } from '../domain/roster.ts';
import type { SpeakingStretch } from '../domain/speaking.ts';
import type { MediaDeps } from './deps.ts';

/** How far a visit has come. */
export interface VisitPosition {
  readonly epoch: number;
  readonly durableSamples: number;
  readonly durableSequence: number;
}

export interface VisitNotes extends VisitPosition {
  readonly participants: readonly Participant[];
  readonly tracks: readonly Track[];
  readonly chat: readonly ChatLine[];
  readonly speaking: readonly SpeakingStretch[];
  readonly facts: readonly ParticipantFact[];
}

/**
 * saved: committed. overtaken: this process has let a later epoch in meanwhile; nothing is written, notes go with the
 * later one. lost: another process has the visit, or its recording is closed; nothing is written.
 */
export type SaveVerdict = 'saved' | 'overtaken' | 'lost';

/** Commits what was noted of a visit, as far as it is still this owner's. Safe to repeat. */
export async function saveVisit(
  deps: Pick<
    MediaDeps,
    'database' | 'recordings' | 'participants' | 'tracks' | 'chat' | 'speaking' | 'outbox' | 'clock' | 'nudge'
  >,
  { botId, owner }: { botId: BotId; owner: string },
  notes: VisitNotes,
): Promise<SaveVerdict> {
  const now = deps.clock.now();
  const verdict = await deps.database.transaction(async (tx) => {
    const recording = await deps.recordings.lock(tx, botId);
    if (recording?.state !== 'recording' || recording.owner !== owner) return 'lost';
    if (recording.epoch !== notes.epoch) return 'overtaken';
    const { durableSamples, durableSequence } = notes;
    await deps.recordings.save(tx, { ...recording, durableSamples, durableSequence }, { now });
    const fresh = await notYetSaid(deps, tx, { botId, facts: notes.facts });
    await deps.participants.save(tx, botId, notes.participants);
    await deps.tracks.save(tx, botId, notes.tracks);
    await deps.chat.add(tx, botId, notes.chat);
    await deps.speaking.add(tx, botId, notes.speaking);
    await deps.outbox.append(
      tx,
      fresh.map((fact) => ({ ...fact, botId, at: recording.startedAt + fact.atMs })),
    );
    return 'saved' as const;
  });
  if (notes.facts.length > 0) deps.nudge();
  return verdict;
}

/** A commit whose answer was lost is repeated; what it said must not be. */
async function notYetSaid(
  { participants }: Pick<MediaDeps, 'participants'>,
  tx: Tx,
  { botId, facts }: { botId: BotId; facts: readonly ParticipantFact[] },
): Promise<ParticipantFact[]> {
  if (facts.length === 0) return [];
  const stored = new Map((await participants.list(botId, tx)).map((each) => [each.participantId, each]));
  return facts.filter(({ kind, participantId, stayMs }) => {
    const known = stored.get(participantId);
    return (kind === 'participant-joined' ? known?.saidJoinedMs : known?.saidLeftMs) !== stayMs;
  });
}
