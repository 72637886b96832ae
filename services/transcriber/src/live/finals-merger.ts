import { SECOND } from '@earshot/kernel';
import type { EngineFinal, EngineUtterance, OpenOptions } from '../engines/speech-engine.ts';

/** Of somebody who does not pause; words are not kept from their customer for longer. */
const LONGEST_MS = 20 * SECOND;

/** What a provider's answers are handed to. */
export type TranscriptHandlers = Pick<OpenOptions, 'onPartial' | 'onFinal' | 'onEndOfSpeech'>;

/**
 * Makes one final of the finals of a turn: providers finish a long sentence in parts, some of them without marking its
 * end. What is not finished when a session is lost is not emitted: it will be sent again.
 */
export class FinalsMerger implements TranscriptHandlers {
  readonly #handlers: TranscriptHandlers;
  #parts: EngineUtterance[] = [];

  constructor(handlers: TranscriptHandlers) {
    this.#handlers = handlers;
  }

  readonly onPartial = (utterance: EngineUtterance): void => {
    this.#handlers.onPartial(joined([...this.#parts, utterance]));
  };

  readonly onFinal = ({ isEndOfSpeech, ...utterance }: EngineFinal): void => {
    this.#parts.push(utterance);
    const sentence = joined(this.#parts);
    if (isEndOfSpeech || sentence.endMs - sentence.startMs >= LONGEST_MS) this.#emit(isEndOfSpeech);
    else this.#handlers.onPartial(sentence);
  };

  readonly onEndOfSpeech = (): void => {
    if (this.#parts.length > 0) this.#emit(true);
    else this.#handlers.onEndOfSpeech?.();
  };

  /** Nothing more will come. */
  end(): void {
    if (this.#parts.length > 0) this.#emit(true);
  }

  #emit(isEndOfSpeech: boolean): void {
    const sentence = joined(this.#parts);
    this.#parts = [];
    this.#handlers.onFinal({ ...sentence, isEndOfSpeech });
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
