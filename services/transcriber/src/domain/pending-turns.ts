import { SECOND } from '@earshot/kernel';

/** After the answer to a turn's end, a final that was under way may still come. */
const SETTLE_MS = SECOND / 2;
/** A turn without words may get no answer at all; after this long the session is ended to find out. */
const UNANSWERED_MS = 10 * SECOND;
/** Partials came of it: their final is worth waiting for. */
const WORDS_MS = 30 * SECOND;

interface PendingTurn {
  /** Meeting clock of the turn's end. */
  readonly atMs: number;
  /** How much audio the session had been sent by then. */
  readonly sessionMs: number;
  readonly askedAt: number;
  answeredAt: number | undefined;
}

/**
 * The turns of one session that ended and whose finals may not have come. `now` is milliseconds since 1970 throughout.
 * Providers answer the end of a turn with a final, with an empty one, or not at all.
 */
export class PendingTurns {
  #turns: PendingTurn[] = [];
  /** Where the words that are not final begin, on the session's clock. */
  #partialMs: number | undefined;

  get isEmpty(): boolean {
    return this.#turns.length === 0 && this.#partialMs === undefined;
  }

  ended(turn: { atMs: number; sessionMs: number; now: number }): void {
    this.#turns.push({ atMs: turn.atMs, sessionMs: turn.sessionMs, askedAt: turn.now, answeredAt: undefined });
  }

  notePartial({ startMs }: { startMs: number }): void {
    this.#partialMs = startMs;
  }

  /** A final came, whose first word begins at `startMs` of the session. Finals come in order. */
  noteFinal({ startMs, isEndOfSpeech, now }: { startMs: number; isEndOfSpeech: boolean; now: number }): void {
    this.#partialMs = undefined;
    for (const turn of this.#turns) if (turn.sessionMs <= startMs) turn.answeredAt = -Infinity;
    const current = this.#turns.find((turn) => turn.sessionMs > startMs);
    if (!current) return;
    if (isEndOfSpeech || current.answeredAt !== undefined) current.answeredAt = now;
  }

  noteEndOfSpeech(now: number): void {
    this.#partialMs = undefined;
    const next = this.#turns.find((turn) => turn.answeredAt === undefined);
    if (next) next.answeredAt = now;
  }

  /** Whether nothing at all came of the oldest turn. That it had no words only the provider knows, which may be late or mute. */
  isUnanswered(now: number): boolean {
    const [turn] = this.#turns;
    if (!turn || turn.answeredAt !== undefined || this.#partialMs !== undefined) return false;
    return now - turn.askedAt >= UNANSWERED_MS;
  }

  /** The meeting clock of the end of a turn of which partials came, and whose final was waited for in vain. */
  overdue(now: number): number | undefined {
    const [turn] = this.#turns;
    if (!turn || turn.answeredAt !== undefined || now - turn.askedAt < WORDS_MS) return undefined;
    return this.#partialMs !== undefined && this.#partialMs < turn.sessionMs ? turn.atMs : undefined;
  }

  /** Removes the turns of which nothing more is expected; returns the meeting clock of the last one's end. */
  settle(now: number): number | undefined {
    let atMs: number | undefined;
    while (this.#turns[0] && this.#isSettled(this.#turns[0], now)) atMs = this.#turns.shift()?.atMs;
    return atMs;
  }

  #isSettled(turn: PendingTurn, now: number): boolean {
    if (turn.answeredAt !== undefined) return now - turn.answeredAt >= SETTLE_MS;
    return this.#partialMs !== undefined && now - turn.askedAt >= WORDS_MS;
  }
}
