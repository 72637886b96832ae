import type { SequencedBatch } from '../domain/sequenced-batch.ts';
import type { TranscriberStream } from './transcriber-stream.ts';

/** Sends the captions of a visit to the transcriber, in place of its speech. */
export class CaptionFeed {
  readonly #stream: Pick<TranscriberStream, 'push' | 'preview' | 'setCaptionsShown'>;

  constructor(stream: Pick<TranscriberStream, 'push' | 'preview' | 'setCaptionsShown'>) {
    this.#stream = stream;
  }

  /** Returns up to where each track's words will be waited for, in milliseconds of the timeline. */
  read(
    { captions, captionsShown }: Pick<SequencedBatch, 'captions' | 'captionsShown'>,
    shiftMs: number,
  ): Map<string, number> {
    const until = new Map<string, number>();
    if (captionsShown !== undefined) this.#stream.setCaptionsShown(captionsShown);
    for (const { startMs, endMs, isFinal, ...caption } of captions) {
      const item = { ...caption, kind: 'caption' as const, atMs: startMs + shiftMs, endMs: endMs + shiftMs };
      if (!isFinal) this.#stream.preview(item);
      else {
        this.#stream.push([item]);
        until.set(item.trackId, item.endMs);
      }
    }
    return until;
  }
}
