import { SAMPLES_PER_MS } from './recording.ts';

/** One packet's place on the timeline. */
export interface PlacedAudio {
  readonly trackId: string;
  /** First sample. */
  readonly at: number;
  readonly pcm: { readonly length: number };
}

/** What of a batch is counted. */
export interface CountedBatch {
  readonly sequence: number;
  /** Meeting clock at its end, milliseconds. */
  readonly clockMs: number;
  /** Its sound was dropped before it could be sent. */
  readonly isSoundLost: boolean;
  /** The recording is paused at its end. */
  readonly isPaused: boolean;
}

/** Samples so far. */
export interface Tally {
  /** Of the timeline, in which at least one packet came. */
  readonly received: number;
  /** Of the timeline, of which the sound was lost before it came here. */
  readonly lost: number;
  /** Received of each track of which more came since it was noted. */
  readonly tracks: ReadonlyMap<string, number>;
}

/**
 * Counts what was really received, and what is known to be lost, batch by batch: what is not safe when the process is killed is
 * sent again, and counted then.
 */
export class AudioTally {
  #waiting: { sequence: number; received: number; lost: number; tracks: Map<string, number> }[] = [];
  #received = 0;
  #lost = 0;
  readonly #tracks: Map<string, number>;
  readonly #unsaved = new Set<string>();
  #receivedUntil = 0;
  #clockMs: number;
  #nextSequence: number;
  #holeFromMs: number | undefined;
  #isPaused = false;

  /** `clockMs`: up to where this epoch's meeting clock is known to have been taken in. */
  constructor(options: { clockMs?: number; durableSequence?: number; tracks?: ReadonlyMap<string, number> } = {}) {
    this.#clockMs = options.clockMs ?? 0;
    this.#nextSequence = (options.durableSequence ?? 0) + 1;
    this.#tracks = new Map(options.tracks);
  }

  take({ sequence, clockMs, isSoundLost, isPaused }: CountedBatch, pieces: readonly PlacedAudio[]): void {
    const isGap = sequence > this.#nextSequence;
    this.#nextSequence = sequence + 1;
    if (isSoundLost || isGap) this.#holeFromMs ??= this.#clockMs;
    // Up to here there was nothing that could be lost.
    if (this.#isPaused) this.#holeFromMs = undefined;
    this.#isPaused = isPaused;
    const lostMs = isSoundLost || this.#holeFromMs === undefined ? 0 : Math.max(0, clockMs - this.#holeFromMs);
    if (!isSoundLost) this.#holeFromMs = undefined;
    this.#clockMs = Math.max(this.#clockMs, clockMs);
    const tracks = new Map<string, number>();
    let received = 0;
    for (const { trackId, at, pcm } of pieces) {
      tracks.set(trackId, (tracks.get(trackId) ?? 0) + pcm.length);
      received += Math.max(0, at + pcm.length - Math.max(at, this.#receivedUntil));
      this.#receivedUntil = Math.max(this.#receivedUntil, at + pcm.length);
    }
    if (received > 0 || lostMs > 0) this.#waiting.push({ sequence, received, lost: lostMs * SAMPLES_PER_MS, tracks });
  }

  /** Nothing more comes of this epoch, whose clock ended at `clockMs`; all that came counts. */
  end(clockMs: number): void {
    if (this.#holeFromMs !== undefined) this.#lost += Math.max(0, clockMs - this.#holeFromMs) * SAMPLES_PER_MS;
    this.upTo(Infinity);
    this.#holeFromMs = undefined;
    this.#isPaused = false;
    this.#clockMs = 0;
    this.#nextSequence = 1;
  }

  /** Counts batches up to `sequence` in, and returns the totals. */
  upTo(sequence: number): Tally {
    while (this.#waiting[0] && this.#waiting[0].sequence <= sequence) this.#count(this.#waiting.shift()!);
    const unsaved = [...this.#unsaved].map((trackId) => [trackId, this.#tracks.get(trackId) ?? 0] as const);
    return { received: this.#received, lost: this.#lost, tracks: new Map(unsaved) };
  }

  /** These totals are noted. */
  saved(tracks: ReadonlyMap<string, number>): void {
    for (const [trackId, samples] of tracks) if (this.#tracks.get(trackId) === samples) this.#unsaved.delete(trackId);
  }

  #count({ received, lost, tracks }: { received: number; lost: number; tracks: ReadonlyMap<string, number> }): void {
    this.#received += received;
    this.#lost += lost;
    for (const [trackId, samples] of tracks) {
      this.#tracks.set(trackId, (this.#tracks.get(trackId) ?? 0) + samples);
      this.#unsaved.add(trackId);
    }
  }
}
