import type { Batch } from '../domain/batch.ts';
import type { SpeechLine } from './speech-line.ts';

/** Hands the captions of a visit on to the transcriber, in place of its speech. */
export class CaptionFeed {
  readonly #line: Pick<SpeechLine, 'say' | 'whisper' | 'tellShown'>;

  constructor(line: Pick<SpeechLine, 'say' | 'whisper' | 'tellShown'>) {
    this.#line = line;
  }

  /** Answers up to where each track's words will be waited for, in milliseconds of the timeline. */
  read({ captions, captionsShown }: Pick<Batch, 'captions' | 'captionsShown'>, shiftMs: number): Map<string, number> {
    const until = new Map<string, number>();
    if (captionsShown !== undefined) this.#line.tellShown(captionsShown);
    for (const { startMs, endMs, isFinal, ...caption } of captions) {
      const item = { ...caption, kind: 'caption' as const, atMs: startMs + shiftMs, endMs: endMs + shiftMs };
      if (!isFinal) this.#line.whisper(item);
      else {
        this.#line.say([item]);
        until.set(item.trackId, item.endMs);
      }
    }
    return until;
  }
}
