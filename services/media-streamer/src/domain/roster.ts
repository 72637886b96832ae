import { SECOND, type TrackOwner } from '@earshot/kernel';
import type { ParticipantFact } from './media-fact.ts';

/** Stays that are told apart; of a page that has somebody come and go for ever the last of them is one. */
const MAX_STAYS = 100;
/** How long a joining is held back for its name, in meeting time. */
const NAME_WAIT_MS = 2 * SECOND;

/** From when to when somebody was there: timeline, milliseconds. */
export interface Stay {
  readonly joinedMs: number;
  readonly leftMs: number;
}

export interface Participant {
  readonly participantId: string;
  /** Empty while unknown. */
  readonly name: string;
  /** Timeline, milliseconds. */
  readonly joinedMs: number;
  /** When the present or last stay began; later than `joinedMs` for one who came back. */
  readonly stayMs: number;
  readonly leftMs: number | undefined;
  /** Stays before that one, in order. */
  readonly earlierStays: readonly Stay[];
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
export interface Track extends Pick<TrackOwner, 'trackId' | 'participantId'> {
  /** Of what the bot itself says: under which name. */
  readonly ownName?: string;
}

/** The participants after a change that may have been applied before. */
function applyChange(before: Participant | undefined, change: Change): Participant {
  const { participantId, name, atMs, alreadyPresent } = change;
  const first = {
    participantId,
    name,
    joinedMs: atMs,
    stayMs: atMs,
    leftMs: undefined,
    earlierStays: [],
    alreadyPresent,
  };
  const known = before ?? { ...first, saidJoinedMs: undefined, saidLeftMs: undefined };
  const named = { ...known, name: name || known.name };
  if (change.action === 'left')
    return known.leftMs === undefined ? { ...named, leftMs: Math.max(atMs, known.stayMs) } : named;
  if (change.action !== 'joined' || known.leftMs === undefined || atMs <= known.leftMs) return named;
  const earlierStays = withStay(known.earlierStays, { joinedMs: known.stayMs, leftMs: known.leftMs });
  return { ...named, stayMs: atMs, leftMs: undefined, earlierStays, alreadyPresent };
}

function withStay(stays: readonly Stay[], stay: Stay): Stay[] {
  const last = stays.at(-1);
  if (!last || stays.length < MAX_STAYS) return [...stays, stay];
  return [...stays.slice(0, -1), { ...last, leftMs: stay.leftMs }];
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

export interface KnownRoster {
  readonly participants: readonly Participant[];
  /** Participants by their tracks. */
  readonly owners: ReadonlyMap<string, string>;
  /** With which the ids of this epoch's tracks begin; empty in the first. */
  readonly idPrefix: string;
}

/**
 * Who is in the meeting and whose the tracks are, as far as it is known. What an earlier epoch knew of its tracks stays: a page
 * that is loaded again reports its own, and may give ids that were somebody's to somebody else.
 */
export class Roster {
  readonly #participants = new Map<string, Participant>();
  readonly #owners = new Map<string, string>();
  /** Tracks of earlier stays and epochs: no list is expected to have them any more. */
  readonly #settled = new Set<string>();
  /** Those of whom a fact may become due with time. */
  readonly #open = new Set<string>();
  /** Ids that mean in this epoch whom they meant before; and those that mean somebody else. */
  readonly #confirmed = new Set<string>();
  readonly #aliases = new Map<string, string>();
  #idPrefix = '';

  constructor({ participants, owners, idPrefix }: KnownRoster) {
    for (const participant of participants) {
      this.#participants.set(participant.participantId, participant);
      this.#open.add(participant.participantId);
    }
    for (const [trackId, participantId] of owners) this.#owners.set(trackId, participantId);
    this.beginEpoch(idPrefix);
  }

  /** The bot is there again: what follows is of another page. */
  beginEpoch(idPrefix: string): void {
    this.#idPrefix = idPrefix;
    this.#confirmed.clear();
    this.#aliases.clear();
    if (idPrefix === '') return;
    for (const trackId of this.#owners.keys()) if (!trackId.startsWith(idPrefix)) this.#settled.add(trackId);
    for (const id of this.#participants.keys())
      if (id.startsWith(idPrefix)) this.#aliases.set(id.slice(idPrefix.length), id);
  }

  /** Returns the participant as it is after the change, and the tracks whose owner, or owner's name, is another now. */
  apply(reported: Change): { participant: Participant; tracks: TrackOwner[] } {
    const participantId = this.#resolve(reported);
    const change = { ...reported, participantId };
    const before = this.#participants.get(participantId);
    const participant = applyChange(before, change);
    this.#participants.set(participantId, participant);
    this.#open.add(participantId);
    const isRenamed = before?.name !== participant.name;
    const isBack = before !== undefined && before.stayMs !== participant.stayMs;
    const mine = new Set(change.trackIds);
    const tracks: TrackOwner[] = [];
    for (const [trackId, owner] of this.#owners) {
      if (owner !== participantId) continue;
      if (isBack && !mine.has(trackId)) this.#settled.add(trackId);
      // A list of tracks is complete each time, except that one who left is not asked for any.
      if (mine.has(trackId) || change.action === 'left' || this.#settled.has(trackId)) {
        if (isRenamed) tracks.push({ trackId, participantId, name: participant.name });
      } else {
        this.#owners.delete(trackId);
        tracks.push({ trackId, participantId: '', name: '' });
      }
    }
    for (const trackId of mine) {
      this.#settled.delete(trackId);
      if (this.#owners.get(trackId) === participantId) continue;
      this.#owners.set(trackId, participantId);
      tracks.push({ trackId, participantId, name: participant.name });
    }
    return { participant, tracks };
  }

  /** Who is meant by a page's id in this epoch. */
  idOf(pageId: string): string {
    return this.#aliases.get(pageId) ?? pageId;
  }

  /**
   * An id with another name than in an earlier epoch is another's: a page of an unknown make may count those it sees. One that
   * changes its name within an epoch is renamed.
   */
  #resolve({ participantId: pageId, name }: Change): string {
    const known = this.#participants.get(pageId);
    if (this.#idPrefix === '' || this.#confirmed.has(pageId) || this.#aliases.has(pageId)) return this.idOf(pageId);
    if (known && name === '') return pageId;
    if (known && known.name !== '' && known.name !== name) this.#aliases.set(pageId, `${this.#idPrefix}${pageId}`);
    else this.#confirmed.add(pageId);
    return this.idOf(pageId);
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

  /** Whether one who was there is so no more. */
  hasLeft(participantId: string): boolean {
    return this.#participants.get(participantId)?.leftMs !== undefined;
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
