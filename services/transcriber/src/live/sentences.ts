import { SECOND } from '@earshot/kernel';
import type { EngineFinal, EngineUtterance, OpenOptions } from '../engines/speech-engine.ts';

/** Of somebody who does not pause; words are not kept from their customer for longer. */
const LONGEST_MS = 20 * SECOND;

type Ears = Pick<OpenOptions, 'onPartial' | 'onFinal' | 'onTurnEnd'>;

/**
 * Makes one final of the finals of a turn: providers finish a long sentence in parts, some of them without a word about its
 * end. What is not finished when a session is lost is not told: it will be said again.
 */
export class Sentences implements Ears {
  readonly #ears: Ears;
  #parts: EngineUtterance[] = [];

  constructor(ears: Ears) {
    this.#ears = ears;
  }

  readonly onPartial = (utterance: EngineUtterance): void => {
    this.#ears.onPartial(joined([...this.#parts, utterance]));
  };

  readonly onFinal = ({ isTurnEnd, ...utterance }: EngineFinal): void => {
    this.#parts.push(utterance);
    const sentence = joined(this.#parts);
    if (isTurnEnd || sentence.endMs - sentence.startMs >= LONGEST_MS) this.#tell(isTurnEnd);
    else this.#ears.onPartial(sentence);
  };

  readonly onTurnEnd = (): void => {
    if (this.#parts.length > 0) this.#tell(true);
    else this.#ears.onTurnEnd?.();
  };

  /** Nothing more will come. */
  end(): void {
    if (this.#parts.length > 0) this.#tell(true);
  }

  #tell(isTurnEnd: boolean): void {
    const sentence = joined(this.#parts);
    this.#parts = [];
    this.#ears.onFinal({ ...sentence, isTurnEnd });
  }
}

function joined(parts: readonly EngineUtterance[]): EngineUtterance {
  return {
    text: parts.map(({ text }) => text).join(' '),
    words: parts.flatMap(({ words }) => words),
    startMs: parts[0]?.startMs ?? 0,
    endMs: parts.at(-1)?.endMs ?? 0,
  };
}
