import { toEngineWord, type Turn } from './assemblyai-messages.ts';
import type { OpenOptions } from './speech-engine.ts';
import { toUtterance } from './utterance.ts';

/**
 * Turns in, partials and finals out. A turn grows, ends, and, when formatting was asked for, comes once more as formatted;
 * its final is the last of these.
 */
export class Turns {
  readonly #options: { isFormatted: boolean; toSessionMs: (providerMs: number) => number };
  readonly #tell: Pick<OpenOptions, 'onPartial' | 'onFinal' | 'onTurnEnd'>;
  /** Ended, and waiting for its formatted self. */
  #ended: Turn | undefined;
  #lastFinalOrder = -1;

  constructor(
    options: { isFormatted: boolean; toSessionMs: (providerMs: number) => number },
    tell: Pick<OpenOptions, 'onPartial' | 'onFinal' | 'onTurnEnd'>,
  ) {
    this.#options = options;
    this.#tell = tell;
  }

  take(turn: Turn): void {
    if (turn.turn_order <= this.#lastFinalOrder) return;
    if (this.#ended && turn.turn_order > this.#ended.turn_order) this.flush();
    if (turn.end_of_turn && (turn.turn_is_formatted || !this.#options.isFormatted)) return this.#final(turn);
    if (turn.end_of_turn) this.#ended = turn;
    const utterance = this.#toUtterance(turn);
    if (utterance) this.#tell.onPartial(utterance);
  }

  /** Whatever still waits will not come. */
  flush(): void {
    if (this.#ended) this.#final(this.#ended);
  }

  #final(turn: Turn): void {
    this.#ended = undefined;
    this.#lastFinalOrder = turn.turn_order;
    const utterance = this.#toUtterance(turn);
    if (utterance) this.#tell.onFinal({ ...utterance, isTurnEnd: true });
    // What was taken for words may turn out to be none.
    else this.#tell.onTurnEnd?.();
  }

  #toUtterance(turn: Turn) {
    const { toSessionMs } = this.#options;
    const words = turn.words.map((word) =>
      toEngineWord({ ...word, start: toSessionMs(word.start), end: toSessionMs(word.end) }),
    );
    return toUtterance(words);
  }
}
