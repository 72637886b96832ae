import { AppError, type Clock } from '@earshot/kernel';
import { PendingTurns } from '../domain/pending-turns.ts';
import { SessionClock } from '../domain/session-clock.ts';
import { cutBefore, type UncommittedAudio } from '../domain/uncommitted-audio.ts';
import type { CloseReason, EngineFinal, EngineUtterance, StreamingSession } from '../engines/speech-engine.ts';
import { FinalsMerger, type TranscriptHandlers } from './finals-merger.ts';
import { timedWords, type TimedWords } from './timed-words.ts';

/** What is sent to every engine; the media-streamer resamples. */
export const SAMPLE_RATE = 16_000;

export interface SttSessionOptions {
  readonly audio: UncommittedAudio;
  /** Meeting clock before which everything is known: audio from before is not sent, words from before are doubles. */
  readonly floorMs: number;
  /** Whether a turn's words are sent together. */
  readonly isBySentence: boolean;
  readonly clock: Clock;
  readonly onPartial: (words: TimedWords) => void;
  /** `finalizedMs`: the end of these words, and never beyond what was sent. */
  readonly onFinal: (words: TimedWords, finalizedMs: number) => void;
  /** Every final from before `atMs` has come. */
  readonly onSettled: (atMs: number) => void;
  /** The turn that ended at `atMs` had partials and no final. True: the session is given up, its speech is sent to another. */
  readonly onOverdue: (atMs: number) => boolean;
}

/** What the provider's bill is about: how much audio it was sent, and for how long the session was open, in milliseconds. */
export interface SttUsage {
  readonly audioMs: number;
  readonly openMs: number;
}

/** What there is of a session from when it opens to when it ends. */
interface OpenedSession {
  readonly session: StreamingSession;
  readonly openedAt: number;
  /** Where the session's time lies on the meeting clock. */
  readonly timeline: SessionClock;
  readonly turns: PendingTurns;
  /** The end of what was sent, meeting clock. */
  sentEndMs: number;
}

/** Audio is sent. */
interface OpenState extends OpenedSession {
  readonly kind: 'open';
  /** The last item of the audio that was sent. */
  order: number;
  /** That item is the end of a turn: a session that ends here cuts no word in two. */
  isBetweenTurns: boolean;
  lastSpeechAt: number;
}

/** Nothing more is sent; the last finals may come. */
interface ClosingState extends OpenedSession {
  readonly kind: 'closing';
}

type SttState =
  /** The provider is being connected to. A close that is wanted by now follows once everything kept is sent. */
  | { readonly kind: 'opening'; isCloseWanted: boolean }
  | OpenState
  | ClosingState
  /** The provider has ended, or was never reached: then there is no usage. */
  | { readonly kind: 'closed'; readonly reason: CloseReason; readonly usage: SttUsage | undefined };

/** One session with a provider about one track: sends what is kept, and puts the answers on the meeting clock. */
export class SttSession {
  readonly #options: SttSessionOptions;
  #state: SttState = { kind: 'opening', isCloseWanted: false };

  constructor(options: SttSessionOptions) {
    this.#options = options;
  }

  /** What there will be a bill about; undefined before the end, and where no session was opened. */
  get usage(): SttUsage | undefined {
    return this.#state.kind === 'closed' ? this.#state.usage : undefined;
  }

  /** Sends until the session ends. */
  async run(open: (handlers: TranscriptHandlers) => Promise<StreamingSession>): Promise<CloseReason> {
    const handlers: TranscriptHandlers = {
      onPartial: (utterance) => this.#onPartial(utterance),
      onFinal: (final) => this.#onFinal(final),
      onEndOfSpeech: () => this.#opened?.turns.noteEndOfSpeech(this.#options.clock.now()),
    };
    const merger = this.#options.isBySentence ? new FinalsMerger(handlers) : undefined;
    let session: StreamingSession;
    try {
      session = await open(merger ?? handlers);
    } catch (error) {
      return this.#end({ kind: 'failed', error: AppError.from(error) });
    }
    this.#begin(session);
    const reason = await session.closed;
    if (reason.kind === 'closed') merger?.end();
    return this.#end(reason);
  }

  /** Sends what was not sent before. */
  sendKept(): void {
    const state = this.#state;
    if (state.kind !== 'open') return;
    const { audio, floorMs, clock } = this.#options;
    for (const { order, item: whole } of audio.after(state.order)) {
      // What was sent may have been answered at once, and the session closed.
      if (this.#state !== state) return;
      state.order = order;
      state.sentEndMs = Math.max(state.sentEndMs, whole.endMs);
      const item = cutBefore(whole, floorMs);
      if (!item) continue;
      state.isBetweenTurns = item.kind === 'end-of-speech';
      if (item.kind === 'speech') {
        state.lastSpeechAt = clock.now();
        state.timeline.sent(item.atMs, item.pcm.length);
        state.session.send(item.pcm);
      } else {
        state.turns.ended({ atMs: item.atMs, sessionMs: state.timeline.sentMs, now: clock.now() });
        state.session.finalize();
      }
    }
  }

  /** Ends the session once everything kept is sent and every final has come. */
  close(): void {
    if (this.#state.kind === 'opening') this.#state.isCloseWanted = true;
    this.sendKept();
    if (this.#state.kind !== 'open') return;
    const { session, openedAt, timeline, turns, sentEndMs } = this.#state;
    this.#state = { kind: 'closing', session, openedAt, timeline, turns, sentEndMs };
    void session.close();
  }

  /**
   * Time has passed. A session ends between turns, when no speech came for `idleMs` or it is `longestMs` old, and when
   * nothing came of a turn.
   */
  tick({ idleMs, longestMs }: { idleMs: number; longestMs: number }): void {
    if (this.#state.kind !== 'open') return;
    const { turns, lastSpeechAt, openedAt } = this.#state;
    this.#settle(this.#state);
    const now = this.#options.clock.now();
    if (turns.isEmpty && (now - lastSpeechAt >= idleMs || now - openedAt >= longestMs)) this.close();
  }

  get #opened(): OpenState | ClosingState | undefined {
    return this.#state.kind === 'open' || this.#state.kind === 'closing' ? this.#state : undefined;
  }

  #begin(session: StreamingSession): void {
    const isCloseWanted = this.#state.kind === 'opening' && this.#state.isCloseWanted;
    const now = this.#options.clock.now();
    const opened = { session, openedAt: now, timeline: new SessionClock(SAMPLE_RATE), turns: new PendingTurns() };
    this.#state = { kind: 'open', ...opened, sentEndMs: 0, order: 0, isBetweenTurns: true, lastSpeechAt: now };
    if (isCloseWanted) this.close();
    else this.sendKept();
  }

  #end(reason: CloseReason): CloseReason {
    const opened = this.#opened;
    const now = this.#options.clock.now();
    const usage = opened && { audioMs: opened.timeline.sentMs, openMs: now - opened.openedAt };
    this.#state = { kind: 'closed', reason, usage };
    // Every final has come: what was sent is done, also where a turn had no words.
    if (opened && reason.kind === 'closed') this.#options.onSettled(opened.sentEndMs);
    return reason;
  }

  #onPartial(utterance: EngineUtterance): void {
    const opened = this.#opened;
    if (!opened) return;
    opened.turns.notePartial(utterance);
    const words = this.#toMeeting(opened, utterance);
    if (words) this.#options.onPartial(words);
  }

  #onFinal({ isEndOfSpeech, ...utterance }: EngineFinal): void {
    const opened = this.#opened;
    if (!opened) return;
    const words = this.#toMeeting(opened, utterance);
    if (words) this.#options.onFinal(words, Math.min(words.endMs, opened.sentEndMs));
    opened.turns.noteFinal({ startMs: utterance.startMs, isEndOfSpeech, now: this.#options.clock.now() });
    this.#settle(opened);
  }

  #settle(opened: OpenState | ClosingState): void {
    const { turns } = opened;
    const now = this.#options.clock.now();
    const overdueMs = turns.overdue(now);
    if (overdueMs !== undefined && this.#options.onOverdue(overdueMs)) return;
    const atMs = turns.settle(now);
    if (atMs !== undefined) this.#options.onSettled(atMs);
    // A provider that ends a session properly has sent all finals; one that does not is mute, and another session gets the speech.
    if (opened.kind === 'open' && opened.isBetweenTurns && turns.isUnanswered(now)) this.close();
  }

  #toMeeting({ timeline }: OpenedSession, utterance: EngineUtterance): TimedWords | undefined {
    return timedWords(utterance, { clock: timeline, floorMs: this.#options.floorMs });
  }
}
