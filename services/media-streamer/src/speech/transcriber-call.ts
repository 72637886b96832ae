import type { StreamRequest, StreamStart } from '@earshot/contract/transcriber/v1/transcripts.ts';
import type { TrackOwner } from '@earshot/kernel';
import { toCaptionMessage } from '@earshot/rpc';
import type { CaptionItem, MissedItem, SpeechItem, UnackedSpeech } from '../domain/unacked-speech.ts';

/** What a visit has for the transcriber, whichever call it leaves by. */
export interface StreamContent {
  readonly start: StreamStart;
  readonly unacked: UnackedSpeech;
  readonly owners: Map<string, TrackOwner>;
  /** The newest caption of each track that may still change. */
  readonly previews: Map<string, CaptionItem>;
  /** Whether the meeting shows captions; undefined where nobody knows. */
  captionsShown: boolean | undefined;
  /** Nothing is added any more: the end is sent after all the rest. */
  isFinishing: boolean;
}

/** One call of the transcriber: what was sent by it, and what is next. */
export class TranscriberCall {
  readonly #content: StreamContent;
  readonly #signal: AbortSignal;
  readonly #resumed = Promise.withResolvers<void>();
  readonly #unsentOwners = new Set<string>();
  readonly #sentMs = new Map<string, number>();
  #order = 0;
  #sentShown: boolean | undefined;
  #isFinishSent = false;
  #wake: (() => void) | undefined;

  /** `signal`: the call is over. */
  constructor(content: StreamContent, signal: AbortSignal) {
    this.#content = content;
    this.#signal = signal;
    const end = () => {
      this.#resumed.resolve();
      this.wake();
    };
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  }

  /** The transcriber has reported what it has: the rest may be sent. */
  resume(): void {
    for (const trackId of this.#content.owners.keys()) this.#unsentOwners.add(trackId);
    this.#resumed.resolve();
  }

  /** There may be something to send. */
  wake(): void {
    this.#wake?.();
  }

  /** Whose the track is has become known, or changed. */
  updateOwner(trackId: string): void {
    this.#unsentOwners.add(trackId);
    this.wake();
  }

  /** All that is to be sent, until the call is over. */
  async *requests(): AsyncGenerator<StreamRequest> {
    yield { message: { $case: 'start', value: this.#content.start } };
    await this.#resumed.promise;
    while (!this.#signal.aborted) {
      const request = this.#next();
      if (request) yield request;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #next(): StreamRequest | undefined {
    return this.#nextOwner() ?? this.#nextShown() ?? this.#nextItem() ?? this.#nextPreview() ?? this.#finish();
  }

  #nextOwner(): StreamRequest | undefined {
    const [trackId] = this.#unsentOwners;
    if (trackId === undefined) return undefined;
    this.#unsentOwners.delete(trackId);
    const value = this.#content.owners.get(trackId) ?? { trackId, participantId: '', name: '' };
    return { message: { $case: 'trackNamed', value } };
  }

  #nextShown(): StreamRequest | undefined {
    const { captionsShown } = this.#content;
    if (captionsShown === undefined || captionsShown === this.#sentShown) return undefined;
    this.#sentShown = captionsShown;
    return { message: { $case: 'captionsShown', value: { shown: captionsShown } } };
  }

  #nextItem(): StreamRequest | undefined {
    for (;;) {
      const next = this.#content.unacked.after(this.#order);
      if (!next) return undefined;
      const { order, item } = next;
      const sentMs = this.#sentMs.get(item.trackId) ?? 0;
      this.#order = order;
      this.#sentMs.set(item.trackId, Math.max(item.endMs, sentMs));
      if (item.kind !== 'missed') return toMessage(item, { final: true });
      // What was dropped after it was sent is the transcriber's.
      if (item.endMs > sentMs) return toMissedMessage(item, sentMs);
    }
  }

  #nextPreview(): StreamRequest | undefined {
    const [preview] = this.#content.previews.values();
    if (!preview) return undefined;
    this.#content.previews.delete(preview.trackId);
    return toMessage(preview, { final: false });
  }

  #finish(): StreamRequest | undefined {
    if (!this.#content.isFinishing || this.#isFinishSent) return undefined;
    this.#isFinishSent = true;
    return { message: { $case: 'finish', value: {} } };
  }
}

function toMissedMessage({ trackId, atMs, endMs }: MissedItem, sentMs: number): StreamRequest {
  return { message: { $case: 'speechMissed', value: { trackId, startMs: Math.max(atMs, sentMs), endMs } } };
}

function toMessage(item: SpeechItem, { final }: { final: boolean }): StreamRequest {
  const { trackId, atMs } = item;
  if (item.kind === 'caption') {
    const { kind: _kind, atMs: startMs, ...caption } = item;
    return { message: { $case: 'caption', value: toCaptionMessage({ ...caption, startMs, isFinal: final }) } };
  }
  return item.kind === 'speech'
    ? { message: { $case: 'speech', value: { trackId, atMs, pcm: Buffer.from(item.pcm), sampleRate: 16_000 } } }
    : { message: { $case: 'endOfSpeech', value: { trackId, atMs } } };
}
