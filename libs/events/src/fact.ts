/** Something that happened, as it travels: an id that every consumer can recognise it by, and an encoded payload. */
export interface Fact {
  /** UUID; also the broker's key against repetition. */
  readonly id: string;
  /** <domain>.<bot_id>.<what>, for instance bots.5b0f.recording. */
  readonly subject: string;
  readonly payload: Uint8Array;
}

/** A fact as it is heard: with its place in the stream. */
export interface HeardFact extends Fact {
  /** Grows along the stream; the whole system's facts have one order. */
  readonly sequence: number;
}

/** How far a consumer has come. `stream` tells one life of the stream from the next: numbers start again with it. */
export interface Position {
  readonly stream: string;
  readonly sequence: number;
}

/**
 * Where a consumer keeps its position. `process` runs the work on those facts that lie beyond the stored position and
 * stores the new one with it, in one transaction: a fact's effect on the consumer's own tables happens once.
 */
export interface Inbox<Tx> {
  position(): Promise<Position | undefined>;
  /** Begins again before the first fact of a stream that counts anew. */
  rewind(stream: string): Promise<void>;
  process(
    batch: { stream: string; facts: readonly HeardFact[] },
    work: (tx: Tx, facts: readonly HeardFact[]) => Promise<void>,
  ): Promise<void>;
}
