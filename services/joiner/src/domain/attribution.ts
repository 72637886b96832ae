export interface AttributionOptions {
  /** Evidence, in slices, before a track is named. */
  readonly needed: number;
  /** How far ahead of the runner-up the best must be. */
  readonly lead: number;
  /** What is left of old evidence after each slice in which the track had a voice. */
  readonly memory: number;
}

/** A second of clean evidence names; what is half a minute old counts little, since tracks are given to others. */
const defaults: AttributionOptions = { needed: 3, lead: 2, memory: 0.98 };

/** Evidence that has grown smaller than this never names anybody: a page may make up people for ever. */
const FORGOTTEN = 0.01;

/**
 * Names tracks by evidence: in each slice of time, tracks with a voice against participants marked as speaking. A slice
 * with one of each says most; n tracks and m speakers share one vote for each track. Answers are taken back by better evidence.
 */
export class Attribution {
  readonly #options: AttributionOptions;
  readonly #votes = new Map<string, Map<string, number>>();
  readonly #named = new Map<string, string>();

  constructor(options: Partial<AttributionOptions> = {}) {
    this.#options = { ...defaults, ...options };
  }

  /** Counts one slice (250 ms). Answers whether a name was given or changed. */
  vote(slice: { readonly voices: readonly string[]; readonly speakers: readonly string[] }): boolean {
    let isChanged = false;
    const share = slice.speakers.length === 0 ? 0 : 1 / (slice.speakers.length * Math.max(1, slice.voices.length));
    for (const track of slice.voices) {
      const votes = this.#votes.get(track) ?? new Map<string, number>();
      this.#votes.set(track, votes);
      for (const [participant, count] of votes) {
        if (count * this.#options.memory < FORGOTTEN) votes.delete(participant);
        else votes.set(participant, count * this.#options.memory);
      }
      for (const participant of slice.speakers) votes.set(participant, (votes.get(participant) ?? 0) + share);
      isChanged = this.#judge(track, votes) || isChanged;
    }
    return isChanged;
  }

  /** Whose track it is, as far as is known. */
  ownerOf(track: string): string | undefined {
    return this.#named.get(track);
  }

  /** Every track that is known to be this participant's. */
  tracksOf(participant: string): string[] {
    return [...this.#named].filter(([, owner]) => owner === participant).map(([track]) => track);
  }

  /** The track is gone; its id may mean another one later. */
  forget(track: string): void {
    this.#votes.delete(track);
    this.#named.delete(track);
  }

  #judge(track: string, votes: ReadonlyMap<string, number>): boolean {
    const [best, second] = [...votes].sort(([, a], [, b]) => b - a);
    if (!best || best[1] < this.#options.needed || best[1] < this.#options.lead * (second?.[1] ?? 0)) return false;
    if (this.#named.get(track) === best[0]) return false;
    this.#named.set(track, best[0]);
    return true;
  }
}
