import { startLoop, type Background } from '@earshot/service';
import { AppError, MINUTE, type Clock, type Log } from '@earshot/kernel';
import type { SaveVerdict, SessionNotes, SessionPosition } from '../actions/save-session.ts';

export type Notes = Partial<Pick<SessionNotes, 'participants' | 'tracks' | 'chat' | 'speaking' | 'pauses' | 'facts'>>;

/** Changes are committed together when they come faster than this. */
const PACE_MS = 100;
const AWAY_MS = 500;

export interface MetadataWriterOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Where things stand when a commit is about to begin. */
  readonly position: () => SessionPosition;
  readonly save: (notes: SessionNotes) => Promise<SaveVerdict>;
  readonly onSaved: (position: SessionPosition) => void;
  readonly onLost: () => void;
}

/** Writes what was noted of a visit to the database, in the background and however long that takes. */
export class MetadataWriter implements AsyncDisposable {
  readonly #options: MetadataWriterOptions;
  readonly #loop: Background;
  #unsaved: Notes[] = [];
  #isDirty = false;
  #rounds = { begun: 0, done: 0 };
  #waiters: { round: number; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #ending: { error: unknown } | undefined;

  constructor(options: MetadataWriterOptions) {
    this.#options = options;
    const { clock, log } = options;
    this.#loop = startLoop({
      name: 'metadata',
      clock,
      log,
      everyMs: MINUTE,
      round: async (signal) => {
        if (!this.#isDirty) return;
        this.#isDirty = false;
        try {
          await this.#write();
        } catch (error) {
          this.#isDirty = true;
          // Notes keep coming and ask for a round each: a database that is away is not called that often.
          await clock.sleep(AWAY_MS, signal);
          throw error;
        }
        await clock.sleep(PACE_MS, signal);
      },
    });
  }

  /** What is noted stands in the commit that begins next. */
  note(notes: Notes): void {
    this.#unsaved.push(notes);
    this.touch();
  }

  /** The position has grown. */
  touch(): void {
    this.#isDirty = true;
    this.#loop.wake();
  }

  /** Resolves when everything noted so far, and the position of now, is committed. */
  async flush(): Promise<void> {
    if (this.#ending) throw this.#ending.error;
    const flushed = new Promise<void>((resolve, reject) => {
      this.#waiters.push({ round: this.#rounds.begun + 1, resolve, reject });
    });
    this.touch();
    await flushed;
  }

  /** Ends without writing what is left: it was not acknowledged to its sender. */
  async end(error: unknown): Promise<void> {
    this.#ending ??= { error };
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
    await this.#loop[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end(new Error('the metadata writer is closed'));
  }

  async #write(): Promise<void> {
    if (this.#ending) return;
    const round = ++this.#rounds.begun;
    const notes = this.#unsaved.slice();
    const position = this.#options.position();
    const verdict = await this.#options.save({ ...merge(notes), ...position });
    if (verdict === 'overtaken') throw new AppError('unavailable', 'a later epoch is beginning');
    if (verdict === 'lost') {
      this.#ending ??= { error: new Error('the visit is not ours any more') };
      for (const waiter of this.#waiters.splice(0)) waiter.reject(this.#ending.error);
      return this.#options.onLost();
    }
    this.#unsaved = this.#unsaved.slice(notes.length);
    this.#options.onSaved(position);
    for (const waiter of this.#waiters) if (waiter.round <= round) waiter.resolve();
    this.#waiters = this.#waiters.filter((waiter) => waiter.round > round);
  }
}

/** Notes as one: of each thing the last state, of events all. */
function merge(notes: readonly Notes[]): Required<Notes> {
  const participants = notes.flatMap((each) => each.participants ?? []);
  const tracks = notes.flatMap((each) => each.tracks ?? []);
  const chat = notes.flatMap((each) => each.chat ?? []);
  return {
    participants: [...new Map(participants.map((each) => [each.participantId, each])).values()],
    tracks: [...new Map(tracks.map((each) => [each.trackId, each])).values()],
    chat: [...new Map(chat.map((each) => [each.messageId, each])).values()],
    speaking: notes.flatMap((each) => each.speaking ?? []),
    pauses: notes.flatMap((each) => each.pauses ?? []),
    facts: notes.flatMap((each) => each.facts ?? []),
  };
}
