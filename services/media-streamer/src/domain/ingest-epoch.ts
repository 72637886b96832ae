import { DurablePosition, type BatchNeeds, type Safe } from './durable-position.ts';
import type { Recording } from './recording.ts';

/**
 * How far one epoch of a bot has come: its batches count from one, on a meeting clock of its own. The position of batches that are
 * safe moves on as what they hold is stored and committed.
 */
export class IngestEpoch {
  readonly epoch: number;
  /** Where the zero of its meeting clock lies on the timeline, in milliseconds. */
  readonly shiftMs: number;
  /** With which the ids of its tracks begin. */
  readonly idPrefix: string;
  readonly #durable: DurablePosition;
  #sequence: number;
  #acknowledged: number;
  #clockMs = 0;

  constructor({
    epoch,
    shiftMs,
    idPrefix,
    durableSequence,
  }: Pick<Recording, 'epoch' | 'shiftMs' | 'idPrefix' | 'durableSequence'>) {
    this.epoch = epoch;
    this.shiftMs = shiftMs;
    this.idPrefix = idPrefix;
    this.#durable = new DurablePosition(durableSequence);
    this.#sequence = durableSequence;
    this.#acknowledged = durableSequence;
  }

  /** The last batch taken in; 0 for none. */
  get sequence(): number {
    return this.#sequence;
  }

  get nextSequence(): number {
    return this.#sequence + 1;
  }

  /** The last batch of which nothing can be lost any more; 0 for none. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Meeting clock of what was taken in, in milliseconds. */
  get clockMs(): number {
    return this.#clockMs;
  }

  /** The clock once something is taken in that ends at `clockMs`: it only goes forward. */
  clockAfter(clockMs: number): number {
    return Math.max(this.#clockMs, clockMs);
  }

  /** A batch is taken in, whose meeting clock ended at `clockMs`. */
  add({ clockMs, ...needs }: BatchNeeds & { readonly clockMs: number }): void {
    this.#clockMs = this.clockAfter(clockMs);
    this.#durable.add(needs);
    this.#sequence = needs.sequence;
  }

  /** The last batch that is safe once all batches so far are noted. */
  advance(safe: Omit<Safe, 'notedSequence'>): number {
    return this.#durable.advance({ ...safe, notedSequence: this.#sequence });
  }

  /** Whether `sequence` is further than what was acknowledged before; then it is from here on. */
  acknowledge(sequence: number): boolean {
    if (sequence <= this.#acknowledged) return false;
    this.#acknowledged = sequence;
    return true;
  }
}
