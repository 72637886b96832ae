import { SECOND } from '@earshot/kernel';
import type { ParticipantFact } from './media-fact.ts';

/** How long a joining is held back for its name, in meeting time. */
const NAME_WAIT_MS = 2 * SECOND;

export interface Participant {
  readonly participantId: string;
  /** Empty while unknown. */
  readonly name: string;
  /** Timeline, milliseconds. */
  readonly joinedMs: number;
  /** When the present or last stay began; later than `joinedMs` for one who came back. */
  readonly stayMs: number;
  readonly leftMs: number | undefined;
  /** There before the bot came in. */
  readonly alreadyPresent: boolean;
  /** The stay whose beginning, or end, has been published. */
  readonly saidJoinedMs: number | undefined;
  readonly saidLeftMs: number | undefined;
}

export interface Change {
  readonly action: 'joined' | 'updated' | 'left';
  readonly participantId: string;
  readonly name: string;
  readonly atMs: number;
  readonly trackIds: readonly string[];
  readonly alreadyPresent: boolean;
}

/** A sender's audio track, and whose it is as far as that is known. */
export interface Track {
  readonly trackId: string;
  readonly participantId: string | undefined;
}

/** Whose a track is; `undefined` when it is nobody's any more. */
export interface TrackOwner {
  readonly trackId: string;
  readonly participantId: string | undefined;
  readonly name: string;
}

/** The participants after a change that may have been applied before. */
function applyChange(before: Participant | undefined, change: Change): Participant {
  const { participantId, name, atMs, alreadyPresent } = change;
  const first = { participantId, name, joinedMs: atMs, stayMs: atMs, leftMs: undefined, alreadyPresent };
  const known = before ?? { ...first, saidJoinedMs: undefined, saidLeftMs: undefined };
  const named = { ...known, name: name || known.name };
  if (change.action === 'left')
    return known.leftMs === undefined ? { ...named, leftMs: Math.max(atMs, known.stayMs) } : named;
  const isBack = change.action === 'joined' && known.leftMs !== undefined && atMs > known.leftMs;
  return isBack ? { ...named, stayMs: atMs, leftMs: undefined, alreadyPresent } : named;
}

/** What is due to be published of a participant when the meeting clock shows `clockMs`, in order. */
function dueFacts(participant: Participant, clockMs: number): ParticipantFact[] {
  const { participantId, name, stayMs, leftMs, alreadyPresent, saidJoinedMs, saidLeftMs } = participant;
  const about = { participantId, name, stayMs };
  const isDue = name !== '' || leftMs !== undefined || clockMs >= stayMs + NAME_WAIT_MS;
  const facts: ParticipantFact[] = [];
  if (!alreadyPresent && saidJoinedMs !== stayMs && isDue) {
    facts.push({ ...about, kind: 'participant-joined', atMs: stayMs });
  }
  if (leftMs !== undefined && saidLeftMs !== stayMs) facts.push({ ...about, kind: 'participant-left', atMs: leftMs });
  return facts;
}

/** Who is in the meeting and whose the tracks are, as far as it is known. */
export class Roster {
  readonly #participants = new Map<string, Participant>();
  readonly #owners = new Map<string, string>();
  /** Those of whom a fact may become due with time. */
  readonly #open = new Set<string>();

  constructor(known: { participants: readonly Participant[]; owners: ReadonlyMap<string, string> }) {
    for (const participant of known.participants) {
      this.#participants.set(participant.participantId, participant);
      this.#open.add(participant.participantId);
    }
    for (const [trackId, participantId] of known.owners) this.#owners.set(trackId, participantId);
  }

  /** Returns the participant as it is after the change, and the tracks whose owner, or owner's name, is another now. */
  apply(change: Change): { participant: Participant; tracks: TrackOwner[] } {
    const { participantId } = change;
    const before = this.#participants.get(participantId);
    const participant = applyChange(before, change);
    this.#participants.set(participantId, participant);
    this.#open.add(participantId);
    const isRenamed = before?.name !== participant.name;
    const mine = new Set(change.trackIds);
    const tracks: TrackOwner[] = [];
    for (const [trackId, owner] of this.#owners) {
      if (owner !== participantId) continue;
      // A list of tracks is complete each time, except that one who left is not asked for any.
      if (mine.has(trackId) || change.action === 'left') {
        if (isRenamed) tracks.push({ trackId, participantId, name: participant.name });
      } else {
        this.#owners.delete(trackId);
        tracks.push({ trackId, participantId: undefined, name: '' });
      }
    }
    for (const trackId of mine) {
      if (this.#owners.get(trackId) === participantId) continue;
      this.#owners.set(trackId, participantId);
      tracks.push({ trackId, participantId, name: participant.name });
    }
    return { participant, tracks };
  }

  /** What is due at `clockMs`; each is returned once, with the participant as published. */
  say(clockMs: number): { facts: ParticipantFact[]; participants: Participant[] } {
    const facts: ParticipantFact[] = [];
    const participants: Participant[] = [];
    for (const participantId of this.#open) {
      const participant = this.#participants.get(participantId);
      if (!participant) continue;
      const due = dueFacts(participant, clockMs);
      if (due.length > 0) {
        const said = due.reduce(asSaid, participant);
        this.#participants.set(participantId, said);
        participants.push(said);
        facts.push(...due);
      }
      const { alreadyPresent, saidJoinedMs, stayMs } = this.#participants.get(participantId) ?? participant;
      if (alreadyPresent || saidJoinedMs === stayMs) this.#open.delete(participantId);
    }
    return { facts, participants };
  }

  has(participantId: string): boolean {
    return this.#participants.has(participantId);
  }

  ownerOf(trackId: string): TrackOwner | undefined {
    const participantId = this.#owners.get(trackId);
    if (participantId === undefined) return undefined;
    return { trackId, participantId, name: this.#participants.get(participantId)?.name ?? '' };
  }

  /** Every track that is somebody's. */
  owners(): TrackOwner[] {
    return [...this.#owners.keys()].flatMap((trackId) => this.ownerOf(trackId) ?? []);
  }
}

function asSaid(participant: Participant, fact: ParticipantFact): Participant {
  return fact.kind === 'participant-joined'
    ? { ...participant, saidJoinedMs: fact.stayMs }
    : { ...participant, saidLeftMs: fact.stayMs };
}
