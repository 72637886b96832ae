import { AppError, backoff, HOUR, jitter, MINUTE, SECOND, type Clock, type Log } from '@earshot/kernel';
import { isRefusal } from '../domain/failure.ts';
import { UncommittedAudio, type SpeechItem } from '../domain/uncommitted-audio.ts';
import type { Interval } from '../domain/session-clock.ts';
import type { OpenOptions, StreamingSession } from '../engines/speech-engine.ts';
import type { SessionSlots } from './session-slots.ts';
import { SttSession, type TimedWords } from './stt-session.ts';

/** Speech of a track that is kept for another session; 4 MB. */
const KEPT_MS = 2 * MINUTE;
/** A session costs money for as long as it is open; less long where other tracks wait for one. */
const [IDLE_MS, WANTED_IDLE_MS] = [60 * SECOND, SECOND];
/** AssemblyAI ends a session after three hours, in the middle of a word: a new one begins at the end of a turn before. */
const LONGEST_MS = 2.75 * HOUR;

export interface TrackTranscriberOptions {
  /** Up to where its words are committed, meeting clock. */
  readonly committedMs: number;
  readonly open: (
    options: Pick<OpenOptions, 'onPartial' | 'onFinal' | 'onEndOfSpeech' | 'signal'>,
  ) => Promise<StreamingSession>;
  /** Whether a turn's words are sent together. */
  readonly isBySentence: boolean;
  readonly onPartial: (heard: TimedWords) => void;
  /** Words, once each, in order; everything before `finalizedMs` is final with them. */
  readonly onFinal: (heard: TimedWords, finalizedMs: number) => void;
  /** Everything before `finalizedMs` is final. */
  readonly onFinalized: (finalizedMs: number) => void;
  /** Speech that is given up, reported before everything up to its end counts as final. */
  readonly onMissed: (speech: readonly Interval[]) => void;
  /** A session has ended, of which the provider will send a bill. */
  readonly onUsage: (usage: { readonly audioMs: number; readonly openMs: number }) => void;
  /** What bounds the sessions of a visit. */
  readonly slots: SessionSlots;
  /** The provider refuses for good. */
  readonly onRefused: (error: AppError) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Transcribes one track: a session while there is speech, another one when it is lost. What has not become
 * words is kept and sent again.
 */
export class TrackTranscriber {
  readonly #options: TrackTranscriberOptions;
  readonly #kept = new UncommittedAudio({ keptMs: KEPT_MS });
  readonly #stopping = new AbortController();
  readonly #signal: AbortSignal;
  readonly #running: Promise<void>;
  #finalizedMs: number;
  /** Up to where speech has been sent to a second session because the first did not finish its words. */
  #repeatedMs = 0;
  #sttSession: SttSession | undefined;
  #isFinishing = false;
  #wake: (() => void) | undefined;
  #lastError: AppError | undefined;

  constructor(options: TrackTranscriberOptions) {
    this.#options = options;
    this.#finalizedMs = options.committedMs;
    this.#signal = AbortSignal.any([options.signal, this.#stopping.signal]);
    this.#signal.addEventListener('abort', () => this.#wake?.(), { once: true });
    this.#running = this.#run();
  }

  /** What kept the last session from going on, if something did and no words were finished since. */
  get lastError(): AppError | undefined {
    return this.#lastError;
  }

  /** How much speech has come that is not final. */
  get leftMs(): number {
    return this.#kept.lengthMs;
  }

  /** Takes speech, or the end of a turn; what is known already is passed over. */
  take(item: SpeechItem): void {
    if (item.endMs <= this.#finalizedMs || this.#signal.aborted) return;
    if (item.kind === 'end-of-speech' && !this.#sttSession && !this.#kept.hasSpeech) return this.#advance(item.atMs);
    this.#kept.push(item);
    this.#sttSession?.sendKept();
    this.#wake?.();
  }

  tick(): void {
    const idleMs = this.#options.slots.isWanted ? WANTED_IDLE_MS : IDLE_MS;
    this.#sttSession?.tick({ idleMs, longestMs: LONGEST_MS });
  }

  /** Nothing more will come. Resolves when everything that came is final. */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    this.#sttSession?.close();
    this.#wake?.();
    await this.#running;
  }

  /** Ends at once; what is not final by then is given up. */
  giveUp(): void {
    this.#stopping.abort(new AppError('cancelled', 'the track is given up'));
    this.#miss(Math.max(this.#kept.forgottenMs, this.#kept.endMs));
  }

  // Not a `reconnect` of the kernel: a session is opened on speech, and not held.
  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    for (let failures = 0; ;) {
      while (!this.#kept.hasSpeech && !this.#signal.aborted) {
        // Ends of turns of which no speech is left to send.
        this.#advance(this.#kept.endMs);
        if (this.#isFinishing) return;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      if (this.#signal.aborted) return;
      const giveBack = await this.#options.slots.take(this.#signal);
      if (!giveBack) return;
      const { ending, hasFinished } = await this.#talk().finally(giveBack);
      if (this.#signal.aborted) return;
      // Not by partials: a provider that sends some and breaks off each time is sent, and bills, the same speech again.
      if (hasFinished || ending.kind === 'closed') {
        failures = 0;
        this.#lastError = undefined;
      }
      if ('error' in ending) this.#lastError = ending.error;
      if (ending.kind === 'failed-over') failures = 0;
      if (ending.kind !== 'failed') continue;
      if (isRefusal(ending.error)) return this.#options.onRefused(ending.error);
      const delayMs = jitter(backoff(failures++, { baseMs: SECOND / 4, maxMs: 5 * SECOND }));
      log.warn('speech session lost, opening another', { code: ending.error.code, ...ending.error.fields, delayMs });
      await clock.sleep(delayMs, this.#signal).catch(() => {});
    }
  }

  async #talk() {
    const { clock, isBySentence, onPartial, onFinal, open } = this.#options;
    const givenUp = new AbortController();
    let hasFinished = false;
    const signal = AbortSignal.any([this.#signal, givenUp.signal]);
    // What was too much to keep cannot be sent again.
    this.#miss(this.#kept.forgottenMs);
    const sttSession = new SttSession({
      kept: this.#kept,
      floorMs: this.#finalizedMs,
      ...{ isBySentence, clock },
      onPartial: (heard) => {
        if (!this.#signal.aborted) onPartial(heard);
      },
      onFinal: (heard, saidMs) => {
        if (this.#signal.aborted) return;
        hasFinished = true;
        this.#move(saidMs);
        onFinal(heard, this.#finalizedMs);
      },
      onSettled: (atMs) => this.#advance(atMs),
      onOverdue: (atMs) => {
        const isRepeated = this.#repeat(atMs);
        if (isRepeated) givenUp.abort(new AppError('cancelled', 'the session is given up'));
        return isRepeated;
      },
    });
    this.#sttSession = sttSession;
    if (this.#isFinishing) sttSession.close();
    const ending = await sttSession.run((handlers) => open({ ...handlers, signal }));
    this.#sttSession = undefined;
    if (sttSession.usage) this.#options.onUsage(sttSession.usage);
    return { ending, hasFinished };
  }

  /** Whether another session gets the turn that ended at `atMs`: once, since its outcome has to be final at some time. */
  #repeat(atMs: number): boolean {
    const { log } = this.#options;
    if (atMs <= this.#repeatedMs) {
      log.warn('words are given up: no speech session finishes them');
      this.#miss(atMs);
      return false;
    }
    log.warn('words were not finished by their speech session, another one gets the speech');
    this.#repeatedMs = atMs;
    return true;
  }

  /** Gives up speech up to `endMs` that has no words. */
  #miss(endMs: number): void {
    const speech = this.#kept.speechWithin({ startMs: this.#finalizedMs, endMs });
    if (speech.length > 0) this.#options.onMissed(speech);
    this.#advance(endMs);
  }

  #advance(finalizedMs: number): void {
    if (finalizedMs <= this.#finalizedMs) return;
    this.#move(finalizedMs);
    this.#options.onFinalized(finalizedMs);
  }

  #move(finalizedMs: number): void {
    this.#finalizedMs = Math.max(this.#finalizedMs, finalizedMs);
    this.#kept.release(this.#finalizedMs);
  }
}
