import { UtteranceCutter } from '../audio/utterance-cutter.ts';
import type { Recogniser } from './recogniser.ts';
import { recogniseUtterance, type RecognisedUtterance } from './recognise-utterance.ts';

const partialEveryMs = 1000;

/** Why an utterance ended: the speaker paused, or the client asked. */
export type EndReason = 'pause' | 'flush' | 'close';

export interface LiveEvents {
  onSpeechStarted(atMs: number): void;
  onPartial(utterance: RecognisedUtterance): void;
  /** It may turn out to hold no words. */
  onFinal(utterance: RecognisedUtterance, reason: EndReason): void;
  onFailure(error: unknown): void;
}

/** Recognises a live stream, 16 kHz mono: partials while somebody speaks, one final an utterance, in order. */
export class LiveRecognition {
  readonly #recogniser: Recogniser;
  readonly #events: LiveEvents;
  readonly #cutter: UtteranceCutter;
  readonly #wantsPartials: boolean;
  #finals: Promise<void> = Promise.resolve();
  #pendingFinals = 0;
  #utteranceCount = 0;
  #nextPartialAtMs = 0;
  #isPartialRunning = false;
  /** Of the utterance under way. */
  #isPartialTold = false;
  readonly #closing = new AbortController();

  constructor(recogniser: Recogniser, options: { hangoverMs: number; partials: boolean }, events: LiveEvents) {
    this.#recogniser = recogniser;
    this.#events = events;
    this.#wantsPartials = options.partials;
    this.#cutter = new UtteranceCutter({ hangoverMs: options.hangoverMs });
  }

  get positionMs(): number {
    return this.#cutter.positionMs;
  }

  get isSpeaking(): boolean {
    return this.#cutter.isSpeaking;
  }

  /** Whether all that was said has been told. */
  get isQuiet(): boolean {
    return !this.isSpeaking && this.#pendingFinals === 0;
  }

  setHangover(ms: number): void {
    this.#cutter.hangoverMs = ms;
  }

  push(samples: Int16Array): void {
    this.#take(this.#cutter.push(samples), 'pause');
    this.#partial();
  }

  /** Ends the utterance under way; resolves when every final so far has been told. */
  async flush(reason: 'flush' | 'close'): Promise<void> {
    this.#take(this.#cutter.flush(), reason);
    await this.#finals;
  }

  /** Says nothing more, and recognises nothing more. */
  close(): void {
    this.#closing.abort(new Error('the stream is closed'));
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  #take(events: ReturnType<UtteranceCutter['push']>, reason: EndReason): void {
    for (const event of events) {
      if (event.type === 'speech-started') {
        this.#utteranceCount++;
        this.#nextPartialAtMs = event.atMs + partialEveryMs;
        this.#isPartialTold = false;
        this.#events.onSpeechStarted(event.atMs);
        continue;
      }
      this.#utteranceCount++;
      this.#pendingFinals++;
      const recognised = recogniseUtterance(this.#recogniser, event.utterance, this.#closing.signal);
      // Vendors have always said something of an utterance before its final; a slow machine may have had no time for it.
      const isPartialDue = this.#wantsPartials && !this.#isPartialTold;
      this.#finals = Promise.all([recognised, this.#finals]).then(
        ([utterance]) =>
          this.#tell(() => {
            if (isPartialDue && utterance.words.length > 0) this.#events.onPartial(utterance);
            this.#events.onFinal(utterance, reason);
          }),
        (error: unknown) => this.#tell(() => this.#events.onFailure(error)),
      );
    }
  }

  #tell(say: () => void): void {
    this.#pendingFinals--;
    if (!this.#isClosed) say();
  }

  /** Partials are a courtesy: they never wait in the queue, and never overtake the final of their utterance. */
  #partial(): void {
    if (
      !this.#wantsPartials ||
      this.#isPartialRunning ||
      this.positionMs < this.#nextPartialAtMs ||
      !this.#recogniser.isIdle
    )
      return;
    const utterance = this.#cutter.current();
    if (!utterance) return;
    const count = this.#utteranceCount;
    this.#isPartialRunning = true;
    this.#nextPartialAtMs = this.positionMs + partialEveryMs;
    recogniseUtterance(this.#recogniser, utterance, this.#closing.signal)
      .then((partial) => {
        if (this.#isClosed || count !== this.#utteranceCount || partial.words.length === 0) return;
        this.#isPartialTold = true;
        this.#events.onPartial(partial);
      })
      .catch((error: unknown) => this.#isClosed || this.#events.onFailure(error))
      .finally(() => (this.#isPartialRunning = false));
  }
}
