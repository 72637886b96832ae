/** A domain event, as it travels: an id that every consumer can recognise it by, and an encoded payload. */
export interface Fact {
  /** UUID; also the broker's key against repetition. */
  readonly id: string;
  /** <domain>.<bot_id>.<what>, for instance bots.5b0f.recording. */
  readonly subject: string;
  readonly payload: Uint8Array;
  /** W3C trace context of its cause; absent where nobody traces. */
  readonly traceparent?: string | undefined;
}

/** A fact as it is consumed: with its place in the stream. */
export interface ConsumedEvent extends Fact {
  /** Grows along the stream; the whole system's facts have one order. */
  readonly sequence: number;
}

/** How far a consumer has come. `stream` identifies one life of the stream: numbers start again with the next. */
export interface Position {
  readonly stream: string;
  readonly sequence: number;
}

/** A fact that a consumer could not handle and set aside. */
export interface SetAsideFact extends ConsumedEvent {
  readonly position: number;
  /** How often it has failed alone. */
  readonly tries: number;
}

/** Why a fact is set aside, and when it is tried again, in milliseconds since 1970; undefined: when an operator retries it. */
export interface SetAsideReason {
  readonly reason: string;
  readonly nextTryAt: number | undefined;
}

/** What a consumer does with facts, in their order. */
export type Handle<Tx> = (tx: Tx, facts: readonly ConsumedEvent[]) => Promise<void>;

/**
 * Where a consumer keeps its position. `process` runs the work on those facts that lie beyond the stored position and
 * stores the new one with it, in one transaction: a fact's effect on the consumer's own tables happens once. A fact that
 * is set aside waits there with all later ones of its bot, each tried in its turn.
 */
export interface Inbox<Tx> {
  /** The consumer's name. */
  readonly consumer: string;
  position(): Promise<Position | undefined>;
  /** Begins again before the first fact of a stream that counts anew. */
  rewind(stream: string): Promise<void>;
  /** Answers how many facts were lost for want of room behind one that is set aside. */
  process(batch: { stream: string; facts: readonly ConsumedEvent[] }, work: Handle<Tx>): Promise<{ dropped: number }>;
  /** Runs the work and takes its effect on our tables back. */
  dryRun(facts: readonly ConsumedEvent[], work: Handle<Tx>): Promise<void>;
  /** Moves the position past a fact that stays unhandled. */
  setAside(what: { stream: string; fact: ConsumedEvent } & SetAsideReason): Promise<void>;
  /** Runs the work on the set-aside fact that is due, if any is; answers it, with the error if it failed again. */
  retry(now: number, work: Handle<Tx>): Promise<{ fact: SetAsideFact; error?: unknown } | undefined>;
  postpone(fact: SetAsideFact, why: SetAsideReason): Promise<void>;
  countSetAside(): Promise<{ facts: number; bots: number }>;
}
