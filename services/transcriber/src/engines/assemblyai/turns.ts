import type { Turn } from './messages.ts';
import type { EngineWord, OpenOptions } from '../speech-engine.ts';
import { spreadWords, toUtterance } from '../utterance.ts';

/** A spoken word takes about this long: for a turn that comes without words, and so without times. */
const SPOKEN_WORD_MS = 350;

export interface TurnsOptions {
  readonly isFormatted: boolean;
  /** Where a time of the provider's lies in the session, milliseconds. */
  readonly toSessionMs: (providerMs: number) => number;
  /** How much was sent, in the session's milliseconds. */
  readonly sentMs: () => number;
}

/**
 * Turns in, partials and finals out. A turn grows, ends, and, when formatting was asked for, comes once more as formatted;
 * its final is the last of these.
 */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #handlers: Pick<OpenOptions, 'onPartial' | 'onFinal' | 'onEndOfSpeech'>;
  /** Ended, and waiting for its formatted self. */
  #ended: Turn | undefined;
  #lastFinalOrder = -1;
  #lastFinalEndMs = 0;

  constructor(options: TurnsOptions, handlers: Pick<OpenOptions, 'onPartial' | 'onFinal' | 'onEndOfSpeech'>) {
    this.#options = options;
    this.#handlers = handlers;
  }

  take(turn: Turn): void {
    if (turn.order <= this.#lastFinalOrder) return;
    if (this.#ended && turn.order > this.#ended.order) this.flush();
    if (turn.isEnd && (turn.isFormatted || !this.#options.isFormatted)) return this.#final(turn);
    if (turn.isEnd) this.#ended = turn;
    const utterance = this.#toUtterance(turn);
    if (utterance) this.#handlers.onPartial(utterance);
  }

  /** Whatever still waits will not come. */
  flush(): void {
    if (this.#ended) this.#final(this.#ended);
  }

  #final(turn: Turn): void {
    this.#ended = undefined;
    this.#lastFinalOrder = turn.order;
    const utterance = this.#toUtterance(turn);
    if (utterance) {
      this.#lastFinalEndMs = utterance.endMs;
      this.#handlers.onFinal({ ...utterance, isEndOfSpeech: true });
    }
    // What was taken for words may turn out to be none.
    else this.#handlers.onEndOfSpeech?.();
  }

  #toUtterance({ words, transcript }: Turn) {
    const { toSessionMs } = this.#options;
    if (words.length === 0) return toUtterance(this.#placed(transcript));
    return toUtterance(
      words.map((word) => ({ ...word, startMs: toSessionMs(word.startMs), endMs: toSessionMs(word.endMs) })),
    );
  }

  /** Text without words was spoken last, as far as is known. */
  #placed(transcript: string): EngineWord[] {
    const endMs = Math.max(this.#lastFinalEndMs, this.#options.sentMs());
    const count = transcript.split(/\s+/).length;
    return spreadWords(transcript, { startMs: Math.max(this.#lastFinalEndMs, endMs - count * SPOKEN_WORD_MS), endMs });
  }
}
