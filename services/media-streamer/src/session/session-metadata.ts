import type { TrackOwner } from '@earshot/kernel';
import { BOT_SPEAKER_ID, OWN_VOICE } from '../domain/own-voice.ts';
import type { ChatFact } from '../domain/media-fact.ts';
import {
  withIdPrefix,
  withoutPaused,
  type ChatEntry,
  type Frame,
  type SequencedBatch,
} from '../domain/sequenced-batch.ts';
import { SAMPLE_BYTES, SAMPLES_PER_MS } from '../domain/recording.ts';
import type { Change, Roster, Track } from '../domain/roster.ts';
import { PauseTimeline, type PausedInterval } from '../domain/pauses.ts';
import { SpeakingTimeline, type SpeakingMark, type SpeakingInterval } from '../domain/speaking.ts';
import type { Notes } from '../record/metadata-writer.ts';

export interface SessionMetadataOptions {
  readonly roster: Roster;
  readonly note: (notes: Notes) => void;
  /** Whose a track is has become known, or changed. */
  readonly onNamed: (track: TrackOwner) => void;
  /** What others write in the chat is published. */
  readonly hasChatFacts: boolean;
  /** What the bot itself says: whether that is in the recording, and under which name in the transcript; undefined for not there. */
  readonly ownVoice: { readonly isRecorded: boolean; readonly name: string | undefined };
}

/** Where a batch belongs: the meeting clock on the timeline as it is taken, the zero of its epoch there, and the epoch's ids. */
export interface BatchPlace {
  readonly nowMs: number;
  readonly shiftMs: number;
  readonly idPrefix: string;
}

/** The items of a visit's batches beside its sound, put on the timeline and noted. */
export class SessionMetadata {
  readonly #options: SessionMetadataOptions;
  readonly #knownTracks = new Set<string>();
  readonly #speaking = new SpeakingTimeline();
  readonly #pauses = new PauseTimeline();

  constructor(options: SessionMetadataOptions) {
    this.#options = options;
  }

  /** Who is meant by a page's id in this epoch. */
  idOf(pageId: string): string {
    return this.#options.roster.idOf(pageId);
  }

  /** Who has the mark of speaking, from when to when so far: more may come. */
  get speaking(): SpeakingInterval[] {
    return this.#speaking.open;
  }

  /** The pause that goes on, as far as it has come. */
  get pauses(): PausedInterval[] {
    return this.#pauses.open;
  }

  /** Returns the batch with the ids that the visit has for its tracks and its people. */
  take(reported: SequencedBatch, { nowMs, shiftMs, idPrefix }: BatchPlace): SequencedBatch {
    const { roster, note, onNamed } = this.#options;
    const onTimeline = <T extends { readonly atMs: number }>(each: T): T => ({ ...each, atMs: each.atMs + shiftMs });
    const prefixed = withIdPrefix(withoutPaused(reported), idPrefix);
    const applied = prefixed.changes.map((change) => roster.apply(onTimeline<Change>(change)));
    const batch = this.#withPeople(prefixed);
    const named = applied.flatMap((each) => each.tracks);
    for (const track of named) onNamed(track);
    const said = roster.say(nowMs);
    const heard = this.#freshTracks(batch.frames);
    const spoken = [
      ...batch.speaking.flatMap((mark) => this.#mark(onTimeline(mark))),
      ...batch.frames.flatMap((frame) => this.#markOwnVoice(frame, shiftMs)),
    ];
    const pauses = this.#pauses.mark({ isPaused: batch.isPaused, nowMs });
    if (pauses.length + applied.length + batch.chat.length + said.facts.length + heard.length + spoken.length === 0)
      return batch;
    const chat = batch.chat.map((line) => onTimeline(line));
    note({
      participants: [...applied.map((each) => each.participant), ...said.participants],
      tracks: [...heard, ...named],
      chat,
      speaking: spoken,
      pauses,
      facts: [...said.facts, ...this.#chatFacts(chat, batch)],
    });
    return batch;
  }

  /** None in a pause. */
  #chatFacts(chat: readonly ChatEntry[], { isPaused }: SequencedBatch): ChatFact[] {
    if (!this.#options.hasChatFacts || isPaused) return [];
    const others = chat.filter(({ isOwn }) => !isOwn);
    return others.map(({ isOwn: _, ...entry }) => ({ kind: 'chat-posted', ...entry }));
  }

  /** The bot is there again: its tracks are others. */
  beginEpoch(idPrefix: string): void {
    this.#knownTracks.clear();
    this.#options.roster.beginEpoch(idPrefix);
    this.#options.note({ speaking: this.#speaking.end(), pauses: this.#pauses.end() });
  }

  /** Nothing more will come. */
  end(): void {
    const { facts, participants } = this.#options.roster.say(Infinity);
    this.#options.note({ facts, participants, speaking: this.#speaking.end(), pauses: this.#pauses.end() });
  }

  /** Whom the ids of this epoch's page mean is known once its changes are applied. */
  #withPeople(batch: SequencedBatch): SequencedBatch {
    const { roster } = this.#options;
    const idOf = (pageId: string) => roster.idOf(pageId);
    return {
      ...batch,
      chat: batch.chat.map((entry) => ({ ...entry, senderId: idOf(entry.senderId) })),
      speaking: batch.speaking.map((mark) => ({ ...mark, participantIds: mark.participantIds.map(idOf) })),
      captions: batch.captions.map((caption) => ({ ...caption, participantId: idOf(caption.participantId) })),
    };
  }

  /** Tracks of which nothing came before. The bot's own is nobody's; where its words are kept it has its name. */
  #freshTracks(frames: readonly Frame[]): Track[] {
    const { roster, onNamed, ownVoice } = this.#options;
    const fresh = frames.filter(({ trackId }) => !this.#knownTracks.has(trackId));
    return fresh.flatMap(({ trackId, isOwnVoice }) => {
      if (this.#knownTracks.has(trackId)) return [];
      this.#knownTracks.add(trackId);
      if (!isOwnVoice) return [{ trackId, participantId: roster.ownerOf(trackId)?.participantId ?? '' }];
      if (ownVoice.name === undefined) return [];
      onNamed({ trackId, participantId: BOT_SPEAKER_ID, name: ownVoice.name });
      return [{ trackId, participantId: BOT_SPEAKER_ID, ownName: ownVoice.name }];
    });
  }

  #markOwnVoice({ isOwnVoice, payload, arrivedMs }: Frame, shiftMs: number): SpeakingInterval[] {
    if (!isOwnVoice || !this.#options.ownVoice.isRecorded) return [];
    const toMs = arrivedMs + shiftMs;
    const fromMs = Math.max(0, toMs - Math.round(payload.byteLength / SAMPLE_BYTES / SAMPLES_PER_MS));
    return this.#speaking.add({ participantId: OWN_VOICE, fromMs, toMs });
  }

  /** Only of those who are in the meeting: a page may claim anything. */
  #mark({ atMs, participantIds }: SpeakingMark): SpeakingInterval[] {
    const known = participantIds.filter((id) => this.#options.roster.has(id));
    return this.#speaking.mark({ atMs, participantIds: known });
  }
}
