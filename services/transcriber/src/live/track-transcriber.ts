import { AppError, backoff, HOUR, jitter, MINUTE, SECOND, type Clock, type Log } from '@earshot/kernel';
import { isRefusal } from '../domain/failure.ts';
import { UncommittedAudio, type SpeechItem } from '../domain/uncommitted-audio.ts';
import type { Interval } from '../domain/session-clock.ts';
import type { OpenOptions, StreamingSession } from '../engines/speech-engine.ts';
import type { SessionSlots } from './session-slots.ts';
import { SttSession, type SttUsage } from './stt-session.ts';
import type { TimedWords } from './timed-words.ts';

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
  readonly onPartial: (words: TimedWords) => void;
  /** Words, once each, in order; everything before `finalizedMs` is final with them. */
  readonly onFinal: (words: TimedWords, finalizedMs: number) => void;
  /** Everything before `finalizedMs` is final. */
  readonly onFinalized: (finalizedMs: number) => void;
  /** Speech that is given up, reported before everything up to its end counts as final. */
  readonly onMissed: (speech: readonly Interval[]) => void;
  /** A session has ended, of which the provider will send a bill. */
  readonly onUsage: (usage: SttUsage) => void;
  /** What bounds the sessions of a visit. */
  readonly slots: SessionSlots;
  /** The provider refuses for good. */
  readonly onRefused: (error: AppError) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What a track is doing; the end of its signal ends it in every state. */
type TrackState =
  /** No speech waits for words. */
  | { readonly kind: 'idle'; readonly wake: () => void }
  /** Speech waits for a slot, or for the pause after a loss to be over. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'streaming'; readonly session: SttSession }
  /** Nothing more will be sent: everything is final, or was given up, or the provider refuses. */
  | { readonly kind: 'ended' };

/**
 * Transcribes one track: a session while there is speech, another one when it is lost. What has not become
 * words is kept and sent again.
 */
export class TrackTranscriber {
  readonly #options: TrackTranscriberOptions;
  readonly #audio = new UncommittedAudio({ keptMs: KEPT_MS });
  readonly #givingUp = new AbortController();
  readonly #signal: AbortSignal;
  readonly #running: Promise<void>;
  #state: TrackState = { kind: 'waiting' };
  /** Nothing more will come: in each state but `ended` the track finishes what it has. */
  #isFinishing = false;
  #finalizedMs: number;
  /** Up to where speech has been sent to a second session because the first did not finish its words. */
  #repeatedMs = 0;
  #lastError: AppError | undefined;

  constructor(options: TrackTranscriberOptions) {
    this.#options = options;
    this.#finalizedMs = options.committedMs;
    this.#signal = AbortSignal.any([options.signal, this.#givingUp.signal]);
    this.#signal.addEventListener('abort', () => this.#wake(), { once: true });
    this.#running = this.#run().finally(() => (this.#state = { kind: 'ended' }));
  }

  /** What kept the last session from going on, if something did and no words were finished since. */
  get lastError(): AppError | undefined {
    return this.#lastError;
  }

  /** How much speech has come that is not final. */
  get leftMs(): number {
    return this.#audio.lengthMs;
  }

  /** Takes speech, or the end of a turn; what is known already is passed over. */
  push(item: SpeechItem): void {
    if (item.endMs <= this.#finalizedMs || this.#signal.aborted) return;
    const isStreaming = this.#state.kind === 'streaming';
    if (item.kind === 'end-of-speech' && !isStreaming && !this.#audio.hasSpeech) return this.#advance(item.atMs);
    this.#audio.push(item);
    if (this.#state.kind === 'streaming') this.#state.session.sendKept();
    else this.#wake();
  }

  tick(): void {
    if (this.#state.kind !== 'streaming') return;
    const idleMs = this.#options.slots.isWanted ? WANTED_IDLE_MS : IDLE_MS;
    this.#state.session.tick({ idleMs, longestMs: LONGEST_MS });
  }

  /** Nothing more will come. Resolves when everything that came is final. */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    if (this.#state.kind === 'streaming') this.#state.session.close();
    else this.#wake();
    await this.#running;
  }

  /** Ends at once; what is not final by then is given up. */
  giveUp(): void {
    this.#givingUp.abort(new AppError('cancelled', 'the track is given up'));
    this.#miss(Math.max(this.#audio.forgottenMs, this.#audio.endMs));
  }

  // Not a `reconnect` of the kernel: a session is opened on speech, and not held.
  async #run(): Promise<void> {
    const { clock, log, slots, onRefused } = this.#options;
    for (let failures = 0; await this.#untilSpeech();) {
      const release = await slots.take(this.#signal);
      if (!release) return;
      const { ending, hasFinals } = await this.#stream().finally(release);
      if (this.#signal.aborted) return;
      // Not by partials: a provider that sends some and breaks off each time is sent, and bills, the same speech again.
      if (hasFinals || ending.kind === 'closed') {
        failures = 0;
        this.#lastError = undefined;
      }
      if ('error' in ending) this.#lastError = ending.error;
      if (ending.kind === 'failed-over') failures = 0;
      if (ending.kind !== 'failed') continue;
      if (isRefusal(ending.error)) return onRefused(ending.error);
      const delayMs = jitter(backoff(failures++, { baseMs: SECOND / 4, maxMs: 5 * SECOND }));
      log.warn('speech session lost, opening another', { code: ending.error.code, ...ending.error.fields, delayMs });
      await clock.sleep(delayMs, this.#signal).catch(() => {});
    }
  }

  /** Whether speech waits for words; false once none will. */
  async #untilSpeech(): Promise<boolean> {
    while (!this.#audio.hasSpeech && !this.#signal.aborted) {
      // Ends of turns of which no speech is left to send.
      this.#advance(this.#audio.endMs);
      if (this.#isFinishing) return false;
      await new Promise<void>((resolve) => (this.#state = { kind: 'idle', wake: resolve }));
    }
    this.#state = { kind: 'waiting' };
    return !this.#signal.aborted;
  }

  #wake(): void {
    if (this.#state.kind === 'idle') this.#state.wake();
  }

  async #stream() {
    const { clock, isBySentence, onPartial, onFinal, onUsage, open } = this.#options;
    const handingOver = new AbortController();
    let hasFinals = false;
    const signal = AbortSignal.any([this.#signal, handingOver.signal]);
    // What was too much to keep cannot be sent again.
    this.#miss(this.#audio.forgottenMs);
    const session = new SttSession({
      audio: this.#audio,
      floorMs: this.#finalizedMs,
      ...{ isBySentence, clock },
      onPartial: (words) => {
        if (!this.#signal.aborted) onPartial(words);
      },
      onFinal: (words, finalizedMs) => {
        if (this.#signal.aborted) return;
        hasFinals = true;
        this.#move(finalizedMs);
        onFinal(words, this.#finalizedMs);
      },
      onSettled: (atMs) => this.#advance(atMs),
      onOverdue: (atMs) => {
        const isRepeated = this.#repeat(atMs);
        if (isRepeated) handingOver.abort(new AppError('cancelled', 'the session is given up'));
        return isRepeated;
      },
    });
    this.#state = { kind: 'streaming', session };
    if (this.#isFinishing) session.close();
    const ending = await session.run((handlers) => open({ ...handlers, signal }));
    this.#state = { kind: 'waiting' };
    if (session.usage) onUsage(session.usage);
    return { ending, hasFinals };
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
    const speech = this.#audio.speechWithin({ startMs: this.#finalizedMs, endMs });
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
    this.#audio.release(this.#finalizedMs);
  }
}
